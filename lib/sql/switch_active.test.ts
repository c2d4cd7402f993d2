import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { main as promoteScript } from "../../scripts/promote.ts";
import { main as query } from "../../scripts/query.ts";
import { main as rollbackScript } from "../../scripts/rollback.ts";
import { lakePaths } from "../files/paths.ts";
import { makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { namedRun, readActive } from "../promotion/active.ts";
import { promote } from "../promotion/promote.ts";
import { temporaryLake } from "../testing/run_fixture.ts";
import { runMain } from "../testing/run_main.ts";

const OLD = "2026-01__20260120_194923";
const NEW = "2026-02__20260220_194923";
const NEWEST = "2026-03__20260320_194923";

test("after promotion and rollback by a script, hive.discogs has the tables of the run", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, OLD, { parameters: { datasets: "historical" } });
  await makeSealedRun(lake, NEW, {
    tables: { release_formats_v1: [{ release_id: 100, format_no: 1 }] },
    parameters: { datasets: "release_formats_v1" },
  });
  const ok = async (main: Parameters<typeof runMain>[0], ...args: string[]) => {
    const { code, stdout, stderr } = await runMain(main, ["--lake", lake, ...args]);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const releases = () => ok(query, "--csv", "SELECT count(*) > 0 AS some FROM hive.discogs.releases_ref_v6");
  const formats = "SELECT count(*) AS n FROM hive.discogs.release_formats_v1";

  const before = await runMain(query, ["--lake", lake, formats]);
  assert.match(before.stderr, /: no run is active; bin\/lake promote RUN_ID promotes one/);
  await ok(promoteScript, OLD);
  assert.equal(await releases(), "some\ntrue\n");
  // As in a workflow whose session has a run of its own.
  await ok(promoteScript, "--run-id", OLD, "--promote-run-id", NEW);
  assert.equal(await ok(query, "--csv", formats), "n\n1\n");
  await ok(rollbackScript);
  assert.equal(await releases(), "some\ntrue\n");
  const without = await runMain(query, ["--lake", lake, formats]);
  assert.match(without.stderr, /: the run was made without this dataset/);

  const history = await runMain(query, ["--lake", lake, "SELECT * FROM hive.discogs_history.change_counts"]);
  assert.match(
    history.stderr,
    /: the lake has no history yet; bin\/digdag run history_pipeline\.dig records one/,
  );
});

/** A lake with three runs, promoted one after the other, in which discogs.duckdb can't be written until `mend` is called. */
async function lakeWithoutFile(t: TestContext) {
  const lake = temporaryLake(t);
  for (const runId of [OLD, NEW, NEWEST]) {
    await makeSealedRun(lake, runId, { parameters: { datasets: "historical" } });
    await promote(lake, runId);
  }
  const { duckdbFile } = lakePaths(lake);
  // Nothing can be renamed over a directory.
  mkdirSync(duckdbFile);
  const rollBack = (...args: string[]) => runMain(rollbackScript, ["--lake", lake, ...args]);
  return { lake, duckdbFile, rollBack, mend: () => rmdirSync(duckdbFile) };
}

test("a rollback after which the readers do not follow is completed by the same command, which goes no further", async (t) => {
  const { lake, duckdbFile, rollBack, mend } = await lakeWithoutFile(t);
  for (const attempt of [1, 2]) {
    const failed = await rollBack();
    assert.match(failed.stderr, /discogs\.duckdb was not built \(active is switched; /, `${attempt}`);
    assert.equal(namedRun(await readActive(lake)), NEW, `${attempt}`);
  }
  mend();
  assert.equal((await rollBack("--dry-run")).stdout, `would be completed: run ${NEW}\n`);
  const completed = await rollBack();
  assert.deepEqual([completed.code, completed.stdout], [0, `completed: run ${NEW}\n`]);
  assert.match(completed.stderr, /the last rollback, to run 2026-02\S+, is now complete; the next one goes /);
  assert.equal(existsSync(duckdbFile), true);
  assert.deepEqual((await rollBack()).stdout, `rolled back: run ${OLD} (active before: ${NEW})\n`);
});

test("a rollback after which the readers do not follow is completed by promoting its run, too", async (t) => {
  const { lake, rollBack, mend } = await lakeWithoutFile(t);
  assert.notEqual((await rollBack()).code, 0);
  mend();
  const promoted = await runMain(promoteScript, [NEW, "--lake", lake]);
  assert.deepEqual([promoted.code, promoted.stdout], [0, `already active: run ${NEW}\n`]);
  assert.equal((await rollBack()).stdout, `rolled back: run ${OLD} (active before: ${NEW})\n`);
});
