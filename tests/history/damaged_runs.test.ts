import assert from "node:assert/strict";
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { allTables } from "../../lib/datasets/index.ts";
import { sealedDir } from "../../lib/files/paths.ts";
import { schemaNameOf } from "../../lib/files/run_id.ts";
import { makeLake, makeSealedRun } from "../../lib/lake/testing/fixture_runs.ts";
import { type StartedEngine, testEngines } from "../../lib/testing/engines.ts";
import { main as computeKpis } from "../../scripts/compute_kpis.ts";
import { main as reconcile } from "../../scripts/reconcile_register.ts";
import { main as register } from "../../scripts/register_run_schema.ts";
import { type HistoryLake, historyLake } from "./history_lake.ts";

const STATUS = "SELECT run_id, status, details FROM hive.discogs_history.run_registry_latest ORDER BY run_id";
const SOUND = "2026-01__20260110_194923";
const WAREHOUSE_GONE = "2026-02__20260210_194923";
const TWICE = "2026-03__20260310_194923";
const OTHERS = "2026-04__20260410_194923";
const EMPTIED = "2026-05__20260510_194923";
const UNREADABLE = "2026-06__20260610_194923";

/** Damages of runs by run id, with the resulting details in the registry. */
const damages: Readonly<Record<string, [(dir: string) => void, string]>> = {
  [WAREHOUSE_GONE]: [
    (dir) => rmSync(join(dir, "warehouse_discogs/release_artists_v1"), { recursive: true }),
    "rows=release_artists_v1:0/2",
  ],
  [TWICE]: [
    (dir) => {
      const part = join(dir, "releases_v6/part-00000.parquet");
      copyFileSync(part, join(dir, "releases_v6/part-00001.parquet"));
    },
    "rows=releases_ref_v6:4/2",
  ],
  [OTHERS]: [
    (dir) => {
      const path = join(dir, "manifest.json");
      writeFileSync(
        path,
        readFileSync(path, "utf8").replace(`"run_id": "${OTHERS}"`, `"run_id": "${SOUND}"`),
      );
    },
    `manifest=${SOUND}`,
  ],
  [UNREADABLE]: [
    (dir) => writeFileSync(join(dir, "labels_v10/part-00000.parquet"), "half a file"),
    "rows=labels_ref_v10:unreadable/1",
  ],
};

function unlock(path: string): void {
  const isDirectory = lstatSync(path).isDirectory();
  chmodSync(path, isDirectory ? 0o755 : 0o644);
  if (isDirectory) for (const name of readdirSync(path)) unlock(join(path, name));
}

for (const testEngine of testEngines) {
  describe(`damaged runs on ${testEngine.name}`, () => {
    const lake = makeLake();
    let started: StartedEngine;
    let history: HistoryLake;

    before(async () => {
      for (const runId of [SOUND, EMPTIED, ...Object.keys(damages)]) await makeSealedRun(lake, runId);
      started = await testEngine.start(lake);
      history = historyLake(lake, started);
    });
    after(() => started.stop());

    async function statuses(): Promise<Record<string, unknown[]>> {
      const { code, stderr } = await history.run(reconcile);
      assert.equal(code, 0, stderr);
      const rows = await history.rows(STATUS);
      return Object.fromEntries(rows.map(({ run_id, status, details }) => [run_id, [status, details]]));
    }

    test("sound runs are ok, each with the sha256 of its manifest", async () => {
      assert.equal((await history.run(register, "--missing")).code, 0);
      for (const [status, details] of Object.values(await statuses())) {
        assert.equal(status, "ok");
        assert.match(String(details), /^manifest_sha256=[0-9a-f]{64}$/);
      }
    });

    test("a run that differs from its manifest is failed_incomplete with the numbers, and gets no new KPIs", async () => {
      unlock(join(lake, "_runs"));
      for (const [runId, [damage]] of Object.entries(damages)) damage(sealedDir(lake, runId));
      rmSync(join(sealedDir(lake, EMPTIED), "masters_v1_typed"), { recursive: true });
      const found = await statuses();
      for (const [runId, [, details]] of Object.entries(damages)) {
        assert.deepEqual(found[runId], ["failed_incomplete", details]);
      }
      assert.deepEqual(found[EMPTIED], ["missing_data", "missing_datasets=masters_v1_typed"]);
      assert.equal(found[SOUND]?.[0], "ok");
      const { stdout } = await history.run(computeKpis);
      assert.equal(stdout, `run ${SOUND}: 35 KPIs ok\n`);
    });

    test("does not register such a run, alone or with others", async () => {
      const alone = await history.run(register, "--run-id", TWICE);
      assert.deepEqual([alone.code, alone.stdout], [1, ""]);
      assert.match(
        alone.stderr,
        /differs from its manifest \(rows=releases_ref_v6:4\/2\): see bin\/lake verify_run/,
      );
    });

    test("a table outside of its run does not count, until --missing corrects it", async () => {
      const schema = schemaNameOf(SOUND);
      await history.withEngine(async (engine) => {
        const [labels] = allTables.filter(({ table }) => table === "labels_ref_v10");
        assert.ok(labels !== undefined);
        const location = `_runs/${TWICE}/labels_v10`;
        const table = { name: labels.table, columns: labels.columns, location, files: "parquet" } as const;
        await engine.externalTable(schema, table);
        await engine.drop(schemaNameOf(TWICE), { name: labels.table, kind: "table" });
      });
      assert.deepEqual((await statuses())[SOUND], ["failed_incomplete", "missing=labels_ref_v10"]);
      const { stdout, stderr } = await history.run(register, "--missing");
      assert.match(stdout, new RegExp(`hive.${schema} is run`));
      assert.match(
        stderr,
        new RegExp(`warning: cannot register run ${TWICE}: .* differs from its manifest`),
        "the others are registered nevertheless",
      );
      assert.equal((await statuses())[SOUND]?.[0], "ok");
    });
  });
}
