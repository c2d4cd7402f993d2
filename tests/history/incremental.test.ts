import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { linkRun, monthlyRunIds } from "../../lib/bench/linked_runs.ts";
import { silentLogger } from "../../lib/cli/log.ts";
import { sealedDir } from "../../lib/files/paths.ts";
import { schemaNameOf } from "../../lib/files/run_id.ts";
import { computeKpis, computeKpisV3 } from "../../lib/history/compute_kpis.ts";
import { computeKpisV2 } from "../../lib/history/compute_kpis_v2.ts";
import {
  kpiSnapshotEvents,
  kpiV2SnapshotEvents,
  kpiV3SnapshotEvents,
  runRegistryEvents,
} from "../../lib/history/event_tables.ts";
import type { HistoryContext } from "../../lib/history/history_schema.ts";
import { registerMissingRuns } from "../../lib/history/register_runs.ts";
import { updateRunRegistry } from "../../lib/history/update_run_registry.ts";
import { detailTables } from "../../lib/lake/testing/detail_tables.ts";
import { makeLake, makeSealedRun } from "../../lib/lake/testing/fixture_runs.ts";
import { countStatements } from "../../lib/sql/count_statements.ts";
import type { SqlEngine } from "../../lib/sql/engine.ts";
import { type StartedEngine, testEngines } from "../../lib/testing/engines.ts";
import { temporaryDirectory } from "../../lib/testing/files.ts";
import { allowRemoval } from "../../lib/testing/run_fixture.ts";
import { runMain } from "../../lib/testing/run_main.ts";
import { main as archive } from "../../scripts/archive_run.ts";

// A lake to which a run is added: what its history costs, in statements and rows, whatever was there before.

const MISSING = { onlyRunId: undefined, includeActive: true, recompute: false };
const RUNS = monthlyRunIds(9);
const [FIRST = ""] = RUNS;
const tables = [runRegistryEvents, kpiSnapshotEvents, kpiV2SnapshotEvents, kpiV3SnapshotEvents];

const steps: Readonly<Record<string, (context: HistoryContext) => Promise<unknown>>> = {
  register: registerMissingRuns,
  reconcile: (context) => updateRunRegistry(context, { action: "test", always: false }),
  computeKpis: (context) => computeKpis(context, MISSING),
  computeKpisV2: (context) => computeKpisV2(context, MISSING),
  computeKpisV3: (context) => computeKpisV3(context, MISSING),
};

for (const testEngine of testEngines) {
  describe(`the history of a lake that grows, on ${testEngine.name}`, () => {
    const lake = makeLake();
    let started: StartedEngine;
    let engine: SqlEngine;

    before(async () => {
      await makeSealedRun(lake, FIRST, { tables: detailTables });
      started = await testEngine.start(lake);
      engine = await started.open();
    });
    after(async () => {
      await engine?.close();
      await started?.stop();
      allowRemoval(lake);
      rmSync(lake, { recursive: true });
    });

    async function addRuns(runIds: readonly string[]): Promise<void> {
      for (const runId of runIds) await linkRun(sealedDir(lake, FIRST), sealedDir(lake, runId));
    }

    /** All steps of the history: the statements that each has sent. */
    async function history(): Promise<Record<string, number>> {
      const counting = countStatements(engine);
      const sent = () =>
        "statementsSent" in engine
          ? (engine as SqlEngine & { statementsSent(): number }).statementsSent()
          : counting.readings() + counting.changes();
      const found: Record<string, number> = {};
      for (const [name, step] of Object.entries(steps)) {
        const before = sent();
        await step({ lake, engine: counting, log: silentLogger });
        found[name] = sent() - before;
      }
      return found;
    }

    const files = () => tables.map((table) => readdirSync(table.directory(lake)).length);

    async function rowsOf(table: string): Promise<Map<string, bigint>> {
      const { rows } = await engine.query(
        `SELECT run_id, count(*) FROM hive.discogs_history.${table} GROUP BY run_id`,
      );
      return new Map(rows.map(([runId, n]) => [String(runId), BigInt(Number(n))]));
    }

    test("one new run costs the same statements, and one file of its own events, in a lake of any size", async () => {
      await history();
      await addRuns(RUNS.slice(1, 2));
      const ofTwo = await history();
      await addRuns(RUNS.slice(2, -1));
      await history();
      const [filesBefore, kpisBefore] = [files(), await rowsOf(kpiSnapshotEvents.name)];
      await addRuns(RUNS.slice(-1));
      const ofNine = await history();
      assert.deepEqual(ofNine, ofTwo);
      assert.deepEqual(
        files(),
        filesBefore.map((count) => count + 1),
      );
      const kpis = await rowsOf(kpiSnapshotEvents.name);
      assert.deepEqual(kpis, kpisBefore.set(RUNS.at(-1) ?? "", 35n));
      assert.deepEqual([...kpis.keys()].sort(), RUNS);
      assert.deepEqual(new Set(kpis.values()), new Set([35n]));
    });

    test("without a new run nothing is computed, and nothing is recorded", async () => {
      const before = files();
      const sent = await history();
      assert.deepEqual(files(), before);
      for (const name of ["computeKpis", "computeKpisV2", "computeKpisV3"]) assert.equal(sent[name], 3, name);
    });

    test("a run that is archived loses its schema, and brought back has it again, with the KPIs that it had", async (t) => {
      const runId = RUNS[3] ?? "";
      const disk = temporaryDirectory(t);
      t.after(() => existsSync(disk) && allowRemoval(disk));
      const archiving = async (...args: string[]) => {
        const { code, stderr } = await runMain(archive, ["--lake", lake, runId, ...args], started.env);
        assert.deepEqual([code, /warning/.test(stderr)], [0, false], stderr);
      };
      const state = async () => {
        const { rows } = await engine.query(
          `SELECT status FROM hive.discogs_history.run_registry_latest WHERE run_id = '${runId}'`,
        );
        return [rows[0]?.[0], (await engine.objects(schemaNameOf(runId))).length];
      };
      const [before, kpis] = [await state(), await rowsOf(kpiSnapshotEvents.name)];
      assert.equal(before[0], "ok");
      await archiving("--to", disk);
      await history();
      assert.deepEqual(await state(), ["archived", 0]);
      await archiving("--restore");
      const sent = await history();
      assert.ok(Number(sent.register) > Number(before[1]));
      assert.deepEqual(await state(), before);
      assert.deepEqual(await rowsOf(kpiSnapshotEvents.name), kpis);
    });
  });
}
