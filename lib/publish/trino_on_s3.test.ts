import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { main as promote } from "../../scripts/promote.ts";
import { main as trinoScript } from "../../scripts/trino.ts";
import { runInShell } from "../digdag/testing/shell.ts";
import { userEnv } from "../digdag/testing/user_env.ts";
import { namesIn } from "../files/files.ts";
import { inRun, sealedDir } from "../files/paths.ts";
import { projectRoot } from "../files/project_root.ts";
import { schemaNameOf } from "../files/run_id.ts";
import { makeLake, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { writeSampleDump } from "../sample/write_sample_dump.ts";
import { openEngine } from "../sql/choose.ts";
import { testEngines } from "../testing/engines.ts";
import { commandsOf, fencedBlocks } from "../testing/fenced.ts";
import { runMain } from "../testing/run_main.ts";
import { startTestTrino, type TestTrino } from "../testing/trino.ts";
import { readPointer } from "./pointer.ts";
import { startTestStore, type TestStore } from "./testing/s3_store.ts";

/** A sealed run with two releases, which the pages name. */
const SHOWN = "2026-09__20261121_080829";
/** An earlier month, whose dumps are there. */
const MONTH = "2026-08";
const SIZE = { artists: 200, labels: 50, masters: 100, releases: 300, seed: 5 } as const;

/** The commands of a page that match. */
function shown(page: string, pattern: RegExp): string[] {
  const blocks = fencedBlocks(projectRoot, page).filter(({ language }) => language === "sh");
  const found = blocks.flatMap(commandsOf).map(({ command }) => command);
  return found.filter((command) => pattern.test(command));
}

const [up = "", promoting = ""] = shown("docs/trino.md", /--s3\)|publish_to=/);
const [building = "", goingBack = ""] = shown("docs/object-storage.md", /publish_to=/);
const DEPLOYMENT = "docs/deployment.md";
const afterwards = shown(DEPLOYMENT, /lake (register_active|sanity_report --active)$/);

// The commands of the pages about S3, with the real Digdag.
describe("a Trino that reads S3", { skip: !testEngines.some(({ name }) => name === "trino") }, () => {
  let store: TestStore;
  let trino: TestTrino;
  let lake: string;
  let to: string;
  let env: NodeJS.ProcessEnv;
  before(async () => {
    store = await startTestStore();
    lake = makeLake();
    await makeSealedRun(lake, SHOWN);
    await writeSampleDump({ out: join(lake, "raw"), month: MONTH, ...SIZE });
    env = { ...store.env, DISCOGS_DATA_LAKE: lake, DISCOGS_RAW: join(lake, "raw") };
    const [, printed = ""] = await runShown(up, 'echo "$TRINO_URL $DISCOGS_TRINO_LAKE"');
    const [url, location = ""] = printed.trim().split(" ");
    env = { ...env, TRINO_URL: url, DISCOGS_TRINO_LAKE: location };
    to = location;
    // It is up already, and now ends with this process.
    trino = await startTestTrino(lake, { endpoint: store.endpoint, region: "us-east-1", pathStyle: true });
    assert.deepEqual([url, to], [trino.url, `s3://${store.bucketName}/lake`]);
  });
  after(async () => {
    await trino?.stop();
    await store?.close();
  });

  /** Runs commands of the pages as a user does, on the lake of this test. */
  const runShown = (...commands: string[]) =>
    runInShell(
      commands.map((command) => command.replace("hive-data", lake)),
      { cwd: projectRoot, env: userEnv(env) },
    );

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
    const { code, stderr } = await runMain(promote, ["--lake", lake, SHOWN], env);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /run 2026-09\S+ is not in s3:\/\/music\/lake\/, where Trino looks for it: publish it first, bin\/lake publish_run/,
    );
    assert.throws(() => readlinkSync(join(lake, "active")), /ENOENT/);
    assert.equal((await store.bucket("lake").list("")).size, 0);
    const engine = await openEngine(lake, {}, { env });
    assert.deepEqual(await engine.schemas(), []);
    await engine.close();
  });

  test("main.dig publishes a run, promotes it and reports on it by Trino; register_active and sanity_report agree", async () => {
    assert.deepEqual(shown(DEPLOYMENT, /publish_to=/), [building]);
    // Without the other datasets, for which the same takes more time.
    await runShown(`${building} -p datasets=historical`);
    const runId = basename(readlinkSync(join(lake, "active")));
    assert.ok(runId.startsWith(`${MONTH}__`), runId);
    await assertActive(runId, BigInt(SIZE.releases));
    const reports = await namesIn(inRun.reports(sealedDir(lake, runId)));
    assert.ok(
      reports.some((name) => /^trino_sanity_active_.*\.csv$/.test(name)),
      reports.join(),
    );
    const [registered = "", report = ""] = await runShown(...afterwards);
    assert.match(registered, /hive.discogs is run 2026-08.*\(trino\)/);
    assert.match(report, /./);
  });

  test("promote.dig publishes and promotes a sealed run, and rollback.dig goes back", async () => {
    const before = basename(readlinkSync(join(lake, "active")));
    await runShown(promoting);
    await assertActive(SHOWN, 2n);
    await runShown(goingBack);
    await assertActive(before, BigInt(SIZE.releases));
  });

  test("a server that is up is not taken for one with another store", async () => {
    const same = ["up", "--lake", lake, "--s3", "--s3-endpoint", store.endpoint, "--s3-region"];
    const { code, stderr } = await runMain(trinoScript, [...same, "eu-central-1"], env);
    assert.equal(code, 2);
    assert.match(stderr, /Trino is up without S3, or with other settings of it: stop it first \(down\)/);
  });
});
