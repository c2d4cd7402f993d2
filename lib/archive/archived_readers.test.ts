import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parse as parseCsv } from "csv-parse/sync";
import { main as archive } from "../../scripts/archive_run.ts";
import { main as computeKpis } from "../../scripts/compute_kpis.ts";
import { main as diffRuns } from "../../scripts/diff_runs.ts";
import { main as exportCsv } from "../../scripts/export_history_csv.ts";
import { main as reconcile } from "../../scripts/reconcile_register.ts";
import { main as registerRun } from "../../scripts/register_run_schema.ts";
import { main as status } from "../../scripts/status.ts";
import { driftBaseline } from "../checks/drift_baseline.ts";
import type { Main } from "../cli/command.ts";
import { archivedDir, lakePaths } from "../files/paths.ts";
import { schemaNameOf } from "../files/run_id.ts";
import { makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { promote } from "../promotion/promote.ts";
import { openEmbeddedEngine } from "../sql/duckdb/open.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { allowRemoval, temporaryLake } from "../testing/run_fixture.ts";
import { runMain } from "../testing/run_main.ts";

const JUNE = "2026-06__20260701_020304";
const JULY = "2026-07__20260801_020304";

/** A lake with a history of two runs, the first one archived. */
async function scene(t: TestContext) {
  const lake = temporaryLake(t);
  const disk = temporaryDirectory(t);
  t.after(() => existsSync(disk) && allowRemoval(disk));
  const env = { DISCOGS_DATA_LAKE: lake };
  const ok = async (main: Main, ...args: string[]) => {
    const { code, stdout, stderr } = await runMain(main, args, env);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  for (const runId of [JUNE, JULY]) {
    await makeSealedRun(lake, runId);
    await promote(lake, runId);
    await ok(registerRun, "--run-id", runId);
  }
  await ok(reconcile);
  await ok(computeKpis);
  await ok(archive, JUNE, "--to", disk);
  return { lake, disk, env, ok };
}

test("the history records an archived run as archived, keeps its KPIs, and computes none", async (t) => {
  const { lake, env, ok } = await scene(t);
  assert.match(await ok(reconcile), new RegExp(`^${JUNE} +archived +manifest_sha256=[0-9a-f]{64}$`, "m"));
  assert.equal(await ok(computeKpis), "no complete runs: nothing to compute\n");
  const refused = await runMain(computeKpis, ["--only-run-id", JUNE], env);
  assert.match(
    refused.stderr,
    new RegExp(`it is archived; bin/lake archive_run ${JUNE} --restore brings it back`),
  );
  const kpisOf = () => {
    const csv = readFileSync(join(lakePaths(lake).historyReports, "history_kpis_wide_latest.csv"));
    const rows: Record<string, string>[] = parseCsv(csv, { columns: true });
    return rows.map(({ run_id, rows_releases_ref_v6 }) => [run_id, rows_releases_ref_v6]);
  };
  await ok(exportCsv);
  assert.deepEqual(kpisOf(), [[JUNE, "2"]]);

  const engine = await openEmbeddedEngine(lake);
  assert.deepEqual(await engine.objects(schemaNameOf(JUNE)), [], "no tables with missing locations");
  await engine.close();

  rmSync(archivedDir(lake, JUNE), { recursive: true });
  assert.match(await ok(reconcile), new RegExp(`^${JUNE} +missing *$`, "m"));
  await ok(exportCsv);
  assert.deepEqual(kpisOf(), [[JUNE, "2"]]);
});

test("once restored, it is registered and complete again", async (t) => {
  const { ok } = await scene(t);
  await ok(reconcile);
  await ok(archive, JUNE, "--restore");
  await ok(registerRun, "--missing");
  assert.match(await ok(reconcile), new RegExp(`^${JUNE} +ok +manifest_sha256=`, "m"));
  assert.match(await ok(computeKpis), new RegExp(`^run ${JUNE}: all KPIs are up to date`));
});

test("the drift gate compares with the manifest of an archived run", async (t) => {
  const { lake } = await scene(t);
  const baseline = await driftBaseline(lake, JULY);
  assert.deepEqual(
    [baseline?.manifest.run_id, baseline?.dir, baseline?.hasData],
    [JUNE, archivedDir(lake, JUNE), false],
  );
});

test("status and diff_runs show it", async (t) => {
  const { disk, ok } = await scene(t);
  const { runs, problems } = JSON.parse(await ok(status, "--json"));
  const [june] = runs;
  assert.deepEqual([june.run_id, june.state, june.archived_to], [JUNE, "archived", join(disk, JUNE)]);
  assert.deepEqual([june.releases, june.checks.passed, problems], [2, true, []]);
  const diff = JSON.parse(await ok(diffRuns, JUNE, JULY, "--json"));
  assert.deepEqual(diff.from, { run_id: JUNE, state: "archived" });
  assert.deepEqual([diff.rows[0].from, diff.rows[0].to], [2, 2]);
  assert.equal(diff.kpis.find(({ name }: { name: string }) => name === "rows_releases_ref_v6").from, 2);
});
