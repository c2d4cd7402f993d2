import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { main as promote } from "../../scripts/promote.ts";
import { main as publishRun } from "../../scripts/publish_run.ts";
import { main as registerActive } from "../../scripts/register_active.ts";
import { main as trinoScript } from "../../scripts/trino.ts";
import type { Main } from "../cli/command.ts";
import { projectRoot } from "../digdag/places.ts";
import { finish } from "../digdag/testing/digdag_project.ts";
import { namesIn } from "../files/files.ts";
import { inRun, sealedDir } from "../files/paths.ts";
import { schemaNameOf } from "../files/run_id.ts";
import { makeLake, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { writeSampleDump } from "../sample/write_sample_dump.ts";
import { openEngine } from "../sql/choose.ts";
import { testEngines } from "../testing/engines.ts";
import { runMain } from "../testing/run_main.ts";
import { startTestTrino, type TestTrino } from "../testing/trino.ts";
import { readPointer } from "./pointer.ts";
import { startTestStore, type TestStore } from "./testing/s3_store.ts";

/** A sealed run of an earlier month, with two releases. */
const OLDER = "2025-11__20251220_194923";
const MONTH = "2025-12";
const SIZE = { artists: 200, labels: 50, masters: 100, releases: 300, seed: 5 } as const;

// The first month by the steps of promote.dig, the second by the real workflows with the real Digdag.
describe("a Trino that reads S3", { skip: !testEngines.some(({ name }) => name === "trino") }, () => {
  let store: TestStore;
  let trino: TestTrino;
  let lake: string;
  let to: string;
  let env: NodeJS.ProcessEnv;
  before(async () => {
    store = await startTestStore();
    lake = makeLake();
    await makeSealedRun(lake, OLDER);
    await writeSampleDump({ out: join(lake, "raw"), month: MONTH, ...SIZE });
    trino = await startTestTrino(lake, { endpoint: store.endpoint, pathStyle: true });
    to = `s3://${store.bucketName}/lake`;
    env = { ...store.env, TRINO_URL: trino.url, DISCOGS_TRINO_LAKE: to };
  });
  after(async () => {
    await trino?.stop();
    await store?.close();
  });

  const run = (main: Main, ...args: string[]) => runMain(main, ["--lake", lake, ...args], env);
  const succeeded = async (main: Main, ...args: string[]) => {
    const { code, stdout, stderr } = await run(main, ...args);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  /** Runs a workflow as a user does. */
  async function workflowSucceeded(workflow: string, parameters: Record<string, string>): Promise<void> {
    const args = Object.entries(parameters).flatMap(([name, value]) => ["-p", `${name}=${value}`]);
    const child = spawn(join(projectRoot, "bin", "digdag"), ["run", workflow, ...args], {
      env: {
        ...process.env,
        ...env,
        DISCOGS_DATA_LAKE: lake,
        DISCOGS_RAW: join(lake, "raw"),
        DISCOGS_COLLECTION_JSON: "",
        DIGDAG: "",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { code, stdout, stderr } = await finish(child);
    assert.equal(code, 0, stdout + stderr);
  }

  /** `active`, the pointer in the store, and the tables and views of the Trino are all of this run. */
  async function assertActive(runId: string, releases: bigint): Promise<void> {
    assert.equal(readlinkSync(join(lake, "active")), `_runs/${runId}`);
    assert.equal((await readPointer(store.bucket("lake")))?.pointer.run_id, runId);
    const engine = await openEngine(lake, {}, { env });
    const { rows } = await engine.query(
      `SELECT count(*), min("$path") FROM hive.${schemaNameOf(runId)}.releases_ref_v6`,
    );
    assert.deepEqual(rows, [[releases, `${to}/_runs/${runId}/releases_v6/part-00000.parquet`]]);
    const views = await engine.query('SELECT count(*) FROM "hive"."discogs"."releases_ref_v6"');
    assert.deepEqual(views.rows, [[releases]]);
    await engine.close();
  }

  test("a run that is not in the bucket is refused, and nothing is declared, switched or left there", async () => {
    const { code, stderr } = await run(promote, OLDER);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /run 2025-11\S+ is not in s3:\/\/music\/lake\/, where Trino looks for it: publish it first, bin\/lake publish_run/,
    );
    assert.throws(() => readlinkSync(join(lake, "active")), /ENOENT/);
    assert.equal((await store.bucket("lake").list("")).size, 0);
    const engine = await openEngine(lake, {}, { env });
    assert.deepEqual(await engine.schemas(), []);
    await engine.close();
  });

  test("published and promoted, its tables are the copies", async () => {
    await succeeded(publishRun, OLDER, "--to", to, "--to-promote", "--no-activate");
    await succeeded(promote, OLDER);
    await succeeded(publishRun, "--active", "--only-activate", "--allow-older", "--to", to);
    assert.match(await succeeded(registerActive), /hive.discogs is run 2025-.*\(trino\)/);
    await assertActive(OLDER, 2n);
  });

  test("main.dig publishes the next month, promotes it, and reports on it by Trino; rollback.dig goes back", async () => {
    const month = { run_mode: "prod", dump_month: MONTH, datasets: "historical", accept_drift: "true" };
    await workflowSucceeded("main.dig", { ...month, publish_to: to });
    const runId = basename(readlinkSync(join(lake, "active")));
    assert.ok(runId.startsWith(`${MONTH}__`), runId);
    await assertActive(runId, BigInt(SIZE.releases));
    const reports = await namesIn(inRun.reports(sealedDir(lake, runId)));
    assert.ok(
      reports.some((name) => /^trino_sanity_active_.*\.csv$/.test(name)),
      reports.join(),
    );
    await workflowSucceeded("rollback.dig", { publish_to: to });
    await assertActive(OLDER, 2n);
  });

  test("a server that is up is not taken for one with another store", async () => {
    const same = ["up", "--s3", "--s3-endpoint", store.endpoint, "--s3-region"];
    const { code, stderr } = await run(trinoScript, ...same, "eu-central-1");
    assert.equal(code, 2);
    assert.match(stderr, /Trino is up without S3, or with other settings of it: stop it first \(down\)/);
  });
});
