import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Main } from "../lib/cli/command.ts";
import { lakePaths } from "../lib/files/paths.ts";
import { makeSealedRun } from "../lib/lake/testing/fixture_runs.ts";
import { promote } from "../lib/promotion/promote.ts";
import { temporaryLake } from "../lib/testing/run_fixture.ts";
import { runMain } from "../lib/testing/run_main.ts";
import { scriptArguments } from "../lib/testing/script_arguments.ts";
import { unprivileged } from "../lib/testing/unprivileged.ts";
import { main as computeKpis } from "../scripts/compute_kpis.ts";
import { main as reconcile } from "../scripts/reconcile_register.ts";
import { main as registerActive } from "../scripts/register_active.ts";

const RUN = "2026-01__20260120_194923";

/** A lake with an active run, and these scripts run on it, that can no longer be written. */
async function lakeToRead(t: TestContext, scripts: readonly Main[], critical: boolean): Promise<string> {
  const lake = temporaryLake(t);
  const tables = critical ? { releases_v6: [{ release_id: 100 }, { release_id: 100 }] } : {};
  const dir = await makeSealedRun(lake, RUN, { tables });
  await promote(lake, RUN);
  for (const main of scripts) {
    const { code, stderr } = await runMain(main, ["--lake", lake]);
    assert.equal(code, 0, stderr);
  }
  const { meta, locks } = lakePaths(lake);
  for (const path of [lake, meta, locks, join(dir, "_reports")]) chmodSync(path, 0o555);
  return lake;
}

/** Runs a script as a user who may only read the lake. */
function asReader(script: string, ...args: string[]) {
  return spawnSync(process.execPath, scriptArguments(script, ...args), { encoding: "utf8", ...unprivileged });
}

test("naming the failed KPIs takes no permission to write", async (t) => {
  const lake = await lakeToRead(t, [reconcile, computeKpis], false);
  const { status, stdout, stderr } = asReader("scripts/name_failed_kpis.ts", "--lake", lake);
  assert.deepEqual(
    [status, stdout, stderr],
    [0, "no KPI failed when last computed (complete runs: 0)\n", ""],
  );
});

test("a sanity report that can't be written is shown", async (t) => {
  const lake = await lakeToRead(t, [registerActive], false);
  const reports = join(lake, "_runs", RUN, "_reports");
  const why = `error: the report can't be written: ${reports}/duckdb_sanity_active_`;
  const { status, stdout, stderr } = asReader("scripts/sanity_report.ts", "--lake", lake, "--active");
  assert.equal(status, 2, stderr);
  assert.match(stdout, /^ok +CRITICAL +artists_v1\.rows /m);
  assert.ok(stderr.startsWith(`scripts/sanity_report.ts: ${why}`), stderr);
  assert.match(stderr, /\.csv: permission denied \(EACCES, open\)\n$/);
  const json = asReader("scripts/sanity_report.ts", "--run", join(lake, "_runs", RUN), "--json");
  assert.deepEqual([json.status, JSON.parse(json.stdout).report], [2, null], json.stderr);
});

test("failed checks are named first, also if their report can't be written", async (t) => {
  const lake = await lakeToRead(t, [registerActive], true);
  const why = "(the report can't be written: ";
  const { status, stderr } = asReader("scripts/sanity_report.ts", "--lake", lake, "--active");
  assert.equal(status, 1, stderr);
  const what = `CRITICAL checks of the active run ${RUN} failed: releases_ref_v6.duplicate_release_ids ${why}`;
  assert.ok(stderr.includes(what), stderr);
  assert.match(stderr, /; the run stays active; to roll back: /);
  const dir = join(lake, "_runs", RUN);
  const ofRun = asReader("scripts/sanity_report.ts", "--run", dir);
  assert.equal(ofRun.status, 1, ofRun.stderr);
  assert.ok(
    ofRun.stderr.includes(`CRITICAL checks of ${dir} failed: releases_ref_v6.duplicate_release_ids ${why}`),
  );
});
