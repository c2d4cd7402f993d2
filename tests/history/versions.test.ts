import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { allTables, detailDatasets } from "../../lib/datasets/index.ts";
import { sealedDir } from "../../lib/files/paths.ts";
import { datasetName } from "../../lib/lake/done.ts";
import type { Manifest } from "../../lib/lake/manifest.ts";
import { detailTables } from "../../lib/lake/testing/detail_tables.ts";
import { makeLake, makeOriginalRun, makeSealedRun } from "../../lib/lake/testing/fixture_runs.ts";
import type { SqlEngine } from "../../lib/sql/engine.ts";
import { type StartedEngine, testEngines } from "../../lib/testing/engines.ts";
import { allowRemoval } from "../../lib/testing/run_fixture.ts";
import { main as computeKpis } from "../../scripts/compute_kpis.ts";
import { main as computeKpisV2 } from "../../scripts/compute_kpis_v2.ts";
import { main as computeKpisV3 } from "../../scripts/compute_kpis_v3.ts";
import { main as exportCsv } from "../../scripts/export_history_csv.ts";
import { main as nameFailedKpis } from "../../scripts/name_failed_kpis.ts";
import { main as promote } from "../../scripts/promote.ts";
import { main as reconcile } from "../../scripts/reconcile_register.ts";
import { main as registerActive } from "../../scripts/register_active.ts";
import { main as register } from "../../scripts/register_run_schema.ts";
import { main as rollback } from "../../scripts/rollback.ts";
import { main as sanityReport } from "../../scripts/sanity_report.ts";
import { main as verifyRun } from "../../scripts/verify_run.ts";
import { main as parquetSanity } from "../parquet_sanity.ts";
import { type HistoryLake, historyLake } from "./history_lake.ts";

// One lake with runs of the Python original, of a version before detail datasets, and of this version without and with all of
// them.

const ORIGINAL = "2025-12__20251220_194923";
const BEFORE = "2026-01__20260120_194923";
const HISTORICAL = "2026-02__20260220_194923";
const DETAILS = "2026-03__20260320_194923";
const EVERY_KPI = ["--include-active", "true", "--recompute", "true"];
const RUNS = [ORIGINAL, BEFORE, HISTORICAL, DETAILS];

/** Columns that the previous version lacked. */
const COLUMNS_SINCE = {
  artists_v1_typed: ["url_list"],
  labels_v10: ["url_list"],
  masters_v1_typed: ["notes"],
  releases_v6: ["notes", "is_main_release", "released_year", "released_month", "released_day"],
};

const details = detailDatasets.map(({ table }) => table);
const historical = allTables.filter(({ required }) => required).map(({ table }) => table);

/** KPI set v3 of the run with details, computed by hand from `detailTables`. */
const KPIS: Readonly<Record<string, string>> = {
  n_releases_with_barcodes: "1",
  n_releases_with_companies: "1",
  n_releases_with_credits: "1",
  n_releases_with_tracks: "2",
  n_releases_with_videos: "1",
  pct_releases_with_barcodes_bp: "5000",
  pct_releases_with_companies_bp: "5000",
  pct_releases_with_credits_bp: "5000",
  pct_releases_with_tracks_bp: "10000",
  pct_releases_with_videos_bp: "5000",
  ...Object.fromEntries(
    Object.entries(detailTables).map(([name, rows]) => [`rows_${name}`, String(rows.length)]),
  ),
};

for (const testEngine of testEngines) {
  describe(`runs of all versions on ${testEngine.name}`, () => {
    const lake = makeLake();
    let started: StartedEngine;
    let history: HistoryLake;

    before(async () => {
      await makeOriginalRun(lake, ORIGINAL);
      await makeSealedRun(lake, BEFORE, { withoutColumns: COLUMNS_SINCE });
      await makeSealedRun(lake, HISTORICAL, { parameters: { datasets: "historical" } });
      await makeSealedRun(lake, DETAILS, { tables: detailTables, parameters: { datasets: "all" } });
      started = await testEngine.start(lake);
      history = historyLake(lake, started);
    });
    after(async () => {
      await started.stop();
      allowRemoval(lake);
      rmSync(lake, { recursive: true });
    });

    async function ok(...args: Parameters<HistoryLake["run"]>): Promise<string> {
      const { code, stdout, stderr } = await history.run(...args);
      assert.equal(code, 0, stdout + stderr);
      return stdout + stderr;
    }

    async function tablesIn(engine: SqlEngine, schema: string): Promise<string[]> {
      const names = new Set(allTables.map(({ table }) => table));
      return (await engine.objects(schema))
        .map(({ name }) => name)
        .filter((name) => names.has(name))
        .sort();
    }

    /** Asserts that `hive.discogs` has exactly the readable tables of this run, and that its report passes. */
    async function assertActive(runId: string): Promise<void> {
      await ok(registerActive);
      const expected = runId === DETAILS ? [...historical, ...details] : historical;
      await history.withEngine(async (engine) => {
        assert.deepEqual(await tablesIn(engine, "discogs"), [...expected].sort(), runId);
        for (const table of expected) await engine.query(`SELECT * FROM hive.discogs.${table}`);
      });
      await ok(sanityReport, "--active");
    }

    test("the run with all detail datasets lists them in its manifest", () => {
      assert.ok(details.length > 10);
      const manifestOf = (runId: string): Manifest =>
        JSON.parse(readFileSync(join(sealedDir(lake, runId), "manifest.json"), "utf8"));
      const all = manifestOf(DETAILS);
      assert.equal(all.parameters.datasets, "all");
      for (const { directory } of detailDatasets) assert.ok(all.datasets[datasetName(directory)], directory);
      for (const runId of [BEFORE, HISTORICAL]) {
        assert.equal(Object.keys(manifestOf(runId).datasets).length, historical.length);
      }
    });

    test("each passes verification and the Parquet sanity", async () => {
      for (const runId of RUNS) {
        const { code, stdout } = await history.run(parquetSanity, "--root", sealedDir(lake, runId));
        assert.equal(code, 0, stdout);
        assert.equal(/release_tracks_v1/.test(stdout), runId === DETAILS, runId);
        if (runId !== ORIGINAL) await ok(verifyRun, "--run-id", runId);
      }
    });

    test("promotes each and rolls back to each", async () => {
      await ok(promote, ORIGINAL, "--allow-unsealed");
      await assertActive(ORIGINAL);
      for (const runId of [BEFORE, HISTORICAL, DETAILS]) {
        await ok(promote, runId);
        await assertActive(runId);
      }
      for (const runId of [HISTORICAL, BEFORE, ORIGINAL]) {
        assert.match(await ok(rollback), new RegExp(`rolled back: run ${runId}`));
        await assertActive(runId);
      }
      await ok(promote, DETAILS);
      await assertActive(DETAILS);
    });

    test("each is registered with its tables and is complete", async () => {
      await ok(register, "--missing");
      assert.match(await ok(register, "--missing"), /every run that can be registered is/);
      await ok(reconcile);
      const rows = await history.rows("SELECT run_id, status FROM hive.discogs_history.run_registry_latest");
      assert.deepEqual(
        new Map(rows.map(({ run_id, status }) => [run_id, status])),
        new Map(RUNS.map((runId) => [runId, runId === DETAILS ? "skipped_active" : "ok"])),
      );
    });

    test("each has its KPIs, is in every CSV, and causes no warning for datasets that it lacks", async () => {
      for (let time = 1; time <= 2; time += 1) {
        const all = Object.keys(KPIS).length;
        const v1 = await ok(computeKpis, ...EVERY_KPI);
        assert.equal(v1.match(/: 35 KPIs ok$/gm)?.length, RUNS.length);
        await ok(computeKpisV2, ...EVERY_KPI);
        const v3 = await ok(computeKpisV3, ...EVERY_KPI);
        const other = new RegExp(`: 0 KPIs ok, ${all} not applicable to its datasets$`, "gm");
        assert.equal(v3.match(other)?.length, RUNS.length - 1, v3);
        assert.match(v3, new RegExp(`^run ${DETAILS}: ${all} KPIs ok$`, "m"));
        const exported = await ok(exportCsv);
        const named = await ok(nameFailedKpis, "--include-active", "true");
        assert.doesNotMatch(v1 + v3 + exported + named, /warning/);
        assertCsvs();
      }
      for (const main of [computeKpis, computeKpisV2, computeKpisV3]) {
        const again = await ok(main, "--include-active", "true");
        assert.match(again, /^4 runs: all KPIs are up to date/, "also those that do not apply");
      }
    });

    function assertCsvs(): void {
      for (const name of ["kpis_long", "kpis_wide", "kpis_v2_long", "kpis_v3_long", "kpis_v3_wide"]) {
        const runs = new Set(history.csv(`history_${name}`).map(({ run_id }) => run_id));
        assert.deepEqual([...runs].sort(), RUNS, name);
      }
      const names = Object.keys(KPIS).sort();
      const long = history.csv("history_kpis_v3_long");
      assert.equal(long.length, RUNS.length * names.length);
      for (const { run_id, kpi_name = "", kpi_value, status, details: reason } of long) {
        const expected =
          run_id === DETAILS
            ? [KPIS[kpi_name], "ok", ""]
            : ["", "failed_query", `not applicable: the run does not have ${tableOf(kpi_name)}`];
        assert.deepEqual([kpi_value, status, reason], expected, `${run_id} ${kpi_name}`);
      }
      for (const { run_id, schema_name: _, event_ts_utc: __, ...kpis } of history.csv(
        "history_kpis_v3_wide",
      )) {
        const expected = names.map((name) => [name, run_id === DETAILS ? KPIS[name] : ""]);
        assert.deepEqual(kpis, Object.fromEntries(expected), run_id);
      }
    }

    test("notices a missing dataset of a run's manifest even if it had no rows", async () => {
      const dir = join(sealedDir(lake, DETAILS), "release_images_v1");
      allowRemoval(sealedDir(lake, DETAILS));
      rmSync(dir, { recursive: true });
      await ok(reconcile);
      const [row] = await history.rows(
        `SELECT status, details FROM hive.discogs_history.run_registry_latest WHERE run_id = '${DETAILS}'`,
      );
      assert.deepEqual(row, { status: "failed_incomplete", details: "rows=release_images_v1:missing/0" });
    });
  });
}

/** The table that a KPI of set v3 counts. */
function tableOf(kpi: string): string {
  const what = /with_([a-z]+)/.exec(kpi)?.[1];
  if (what === undefined) return kpi.replace("rows_", "");
  return `release_${what === "barcodes" ? "identifiers" : what}_v1`;
}
