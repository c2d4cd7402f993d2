import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { lakePaths, sealedDir } from "../../lib/files/paths.ts";
import { schemaNameOf } from "../../lib/files/run_id.ts";
import { makeLake, makeOriginalRun, makeSealedRun } from "../../lib/lake/testing/fixture_runs.ts";
import { promote } from "../../lib/promotion/promote.ts";
import { type StartedEngine, testEngines } from "../../lib/testing/engines.ts";
import { main as computeKpis } from "../../scripts/compute_kpis.ts";
import { main as computeKpisV2 } from "../../scripts/compute_kpis_v2.ts";
import { main as exportCsv } from "../../scripts/export_history_csv.ts";
import { main as reconcile } from "../../scripts/reconcile_register.ts";
import { main as register } from "../../scripts/register_run_schema.ts";
import { main as updateRegistry } from "../../scripts/update_run_registry.ts";
import { csvText, type HistoryLake, hashes, historyLake, runsAndActive } from "./history_lake.ts";
import {
  expectedKpis,
  expectedNames,
  FEBRUARY,
  februaryRankings,
  JANUARY,
  MARCH,
  monthTables,
} from "./months.ts";

const REGISTRY = "SELECT * FROM hive.discogs_history.run_registry_latest ORDER BY run_id";
const STATUS = "SELECT run_id, status, details FROM hive.discogs_history.run_registry_latest ORDER BY run_id";
const ORIGINAL = "2025-12__20251220_194923";
const BARE = "2025-11__20251120_194923";

for (const testEngine of testEngines) {
  describe(`history on ${testEngine.name}`, () => {
    const lake = makeLake();
    let started: StartedEngine;
    let history: HistoryLake;

    before(async () => {
      for (const [runId, tables] of Object.entries(monthTables)) await makeSealedRun(lake, runId, { tables });
      await promote(lake, MARCH);
      started = await testEngine.start(lake);
      history = historyLake(lake, started);
    });
    after(() => started.stop());

    async function ok(...args: Parameters<HistoryLake["run"]>): Promise<string> {
      const { code, stdout, stderr } = await history.run(...args);
      assert.equal(code, 0, stdout + stderr);
      return stdout + stderr;
    }

    async function statuses(): Promise<unknown[][]> {
      return (await history.rows(STATUS)).map(({ run_id, status, details }) => [run_id, status, details]);
    }

    /** The details of a sound run. */
    function manifestDetails(runId: string): string {
      const manifest = readFileSync(join(sealedDir(lake, runId), "manifest.json"));
      return `manifest_sha256=${createHash("sha256").update(manifest).digest("hex")}`;
    }

    /** Run ids of the wide CSV, after comparing each row with the expected values. */
    function wideRuns(): string[] {
      const rows = history.csv("history_kpis_wide");
      for (const { run_id = "", schema_name, event_ts_utc = "", ...kpis } of rows) {
        assert.equal(schema_name, schemaNameOf(run_id));
        assert.match(event_ts_utc, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
        assert.deepEqual(kpis, expectedKpis(run_id));
      }
      return rows.map(({ run_id = "" }) => run_id);
    }

    test("without a registered schema every run is failed_incomplete, even the active one", async () => {
      const text = await ok(reconcile);
      assert.deepEqual(
        (await statuses()).map(([runId, status]) => [runId, status]),
        [JANUARY, FEBRUARY, MARCH].map((runId) => [runId, "failed_incomplete"]),
      );
      assert.match(text, /missing=artists_v1_typed .* releases_ref_v6 .* release_label_xref_v1_dedup/);
      await history.withEngine(async (engine) => {
        assert.deepEqual(await engine.schemas(), ["discogs_history"], "no schema of a run was created");
      });
    });

    test("refuses missing and invalid values in one line", async () => {
      for (const [main, args, message] of [
        [register, [], /--run-id or --missing is required .*-p run_id=RUN_ID/],
        [register, ["--run-id", JANUARY, "--missing"], /--run-id or --missing/],
        [register, ["--run-id", "2020-01__20200101_000000"], /there is no run 2020-01/],
        [computeKpis, ["--include-active", "yes"], /must be one of: true, false/],
        [computeKpis, ["--only-run-id", "x' OR 'x'='x"], /is not a run id/],
        [computeKpis, ["--only-run-id", JANUARY], /failed_incomplete; running register_run_schema/],
      ] as const) {
        const { code, stderr } = await history.run(main, ...args);
        assert.deepEqual(
          [code, message.test(stderr), stderr.trim().includes("\n")],
          [2, true, false],
          stderr,
        );
      }
    });

    test("registered runs have exactly the expected registry", async () => {
      await ok(register, "--run-id", JANUARY);
      await ok(register, "--missing");
      assert.match(await ok(register, "--missing"), /every run that can be registered is/);
      await ok(reconcile);
      const event = (runId: string, status: string) => ({
        run_id: runId,
        schema_name: schemaNameOf(runId),
        is_active: status === "skipped_active",
        action: "reconcile_register",
        status,
        details: manifestDetails(runId),
        dump_month: runId.slice(0, 7),
        dump_date: `${runId.slice(0, 7)}-01`,
        run_mode: "prod",
        git_sha: null,
        schema_version: 1n,
      });
      assert.deepEqual(await history.rows(REGISTRY), [
        event(JANUARY, "ok"),
        event(FEBRUARY, "ok"),
        event(MARCH, "skipped_active"),
      ]);
    });

    test("by default two of three months have KPIs, until the third is no longer active", async () => {
      await ok(computeKpis);
      await ok(exportCsv);
      assert.deepEqual(wideRuns(), [JANUARY, FEBRUARY]);
      const [heading] = csvText(lake, "history_kpis_wide").split("\n");
      assert.equal(
        heading,
        ["run_id", "schema_name", "event_ts_utc", ...[...expectedNames].sort()].join(","),
      );
      await promote(lake, JANUARY, { allowOlder: true });
      await ok(reconcile);
      assert.deepEqual(
        (await statuses()).map(([, status]) => status),
        ["skipped_active", "ok", "ok"],
      );
      await ok(computeKpis);
      await ok(exportCsv);
      assert.deepEqual(wideRuns(), [JANUARY, FEBRUARY, MARCH], "January keeps its values");
      await promote(lake, MARCH);
    });

    test("include_active computes all three, and a single run is refused with the reason", async () => {
      await ok(reconcile);
      const before = await ok(computeKpis, "--include-active", "true");
      assert.equal(before, "3 runs: all KPIs are up to date (recompute=true recomputes them)\n");
      const text = await ok(computeKpis, "--include-active", "true", "--recompute", "true");
      assert.equal(text.match(/35 KPIs ok/g)?.length, 3);
      const active = await history.run(computeKpis, "--only-run-id", MARCH);
      assert.deepEqual([active.code, /include_active=true/.test(active.stderr)], [2, true], active.stderr);
      const alone = await ok(computeKpis, "--only-run-id", FEBRUARY, "--recompute", "true");
      assert.match(alone, /^run 2026-02\S+ 35 KPIs ok\n$/);
      const unknown = await history.run(computeKpis, "--only-run-id", `${FEBRUARY.slice(0, -1)}9`);
      const likely = `; did you mean ${FEBRUARY}?`;
      assert.ok(
        unknown.stderr.includes(`is not in the registry; reconcile_register adds it${likely}`),
        unknown.stderr,
      );
      assert.equal(unknown.code, 2);
      await ok(exportCsv);
      assert.deepEqual(wideRuns(), [JANUARY, FEBRUARY, MARCH]);
    });

    test("the long CSV has one row per run and KPI", () => {
      const rows = history.csv("history_kpis_long");
      const expected = [JANUARY, FEBRUARY, MARCH].flatMap((runId) =>
        expectedNames.map((name) => ({
          run_id: runId,
          schema_name: schemaNameOf(runId),
          kpi_name: name,
          kpi_value: expectedKpis(runId)[name],
          status: "ok",
          details: "",
        })),
      );
      assert.deepEqual(
        rows.map(({ event_ts_utc: _, ...row }) => row),
        expected,
      );
      assert.match(
        csvText(lake, "history_kpis_long"),
        /^event_ts_utc,run_id,schema_name,kpi_name,kpi_value,status,details\n/,
      );
    });

    test("the rankings of set v2 have their own table and CSV", async () => {
      await ok(computeKpisV2, "--include-active", "true");
      await ok(exportCsv);
      const lines = csvText(lake, "history_kpis_v2_long").split("\n");
      assert.equal(
        lines[0],
        "event_ts_utc,run_id,schema_name,kpi_name,place,item,n_releases,share_bp,status,details",
      );
      const prefix = `,${FEBRUARY},${schemaNameOf(FEBRUARY)},`;
      const february = lines.filter((line) => line.includes(prefix));
      assert.deepEqual(
        february.map((line) => line.slice(line.indexOf(prefix) + prefix.length).replace(/,ok,$/, "")),
        februaryRankings,
      );
      assert.equal(
        lines.filter((line) => line.includes(MARCH)).length,
        0,
        "a ranking without items has no rows",
      );
    });

    test("repeating each step changes no latest value and no run, and records nothing", async () => {
      const files = lakePaths(lake).history;
      const untouched = await runsAndActive(lake);
      const eventsBefore = await hashes(files);
      const registry = await history.rows(REGISTRY);
      const csvBefore = withoutTimes(history);
      await ok(register, "--missing");
      await ok(register, "--run-id", FEBRUARY);
      await ok(reconcile);
      await ok(computeKpis, "--include-active", "true");
      await ok(computeKpisV2, "--include-active", "true");
      await ok(exportCsv, "--with-timestamp", "true");
      assert.deepEqual(await history.rows(REGISTRY), registry);
      assert.deepEqual(withoutTimes(history), csvBefore);
      assert.deepEqual(await runsAndActive(lake), untouched);
      const eventsAfter = await hashes(files);
      const added = [...eventsAfter.keys()].filter((name) => !eventsBefore.has(name));
      for (const [name, hash] of eventsBefore) {
        if (!name.endsWith("_latest.csv")) assert.equal(eventsAfter.get(name), hash, name);
      }
      assert.deepEqual(
        added
          .filter((name) => name.startsWith("reports/"))
          .map((name) => name.replace(/_\d{8}_\d{6}_\d{3}/, "_T")),
        [
          "reports/history_kpis_long_T.csv",
          "reports/history_kpis_v2_long_T.csv",
          "reports/history_kpis_v3_long_T.csv",
          "reports/history_kpis_v3_wide_T.csv",
          "reports/history_kpis_wide_T.csv",
        ],
      );
      assert.equal(added.length, 5, "no file of events");
    });

    test("a batch has one time, later than the one before", async () => {
      await history.withEngine(async (engine) => {
        for (const [table, batches] of [
          ["run_registry_events", 4],
          ["kpi_snapshot_events", 4],
        ] as const) {
          const { rows } = await engine.query(
            `SELECT event_ts_utc, count(*), count(DISTINCT run_id) FROM hive.discogs_history.${table} GROUP BY event_ts_utc`,
          );
          assert.equal(rows.length, batches, table);
          for (const [, events, runs] of rows) assert.equal(Number(events) % Number(runs), 0);
        }
      });
    });

    test("runs of the Python original count like ours, with whatever metadata they have", async () => {
      const tables = { releases_v6: monthTables[FEBRUARY]?.releases_v6 ?? [] };
      await makeOriginalRun(lake, ORIGINAL, { tables });
      writeFileSync(
        join(sealedDir(lake, ORIGINAL), "run_manifest.json"),
        JSON.stringify({ dump_month: "2025-12", git_sha: "abc123", tables: 12, run_mode: null }),
      );
      await makeOriginalRun(lake, BARE, { without: ["warehouse_discogs/release_artists_v1"] });
      assert.ok(existsSync(join(sealedDir(lake, BARE), "releases_v6", "releases_part0000.parquet")));
      await ok(register, "--missing");
      await ok(updateRegistry);
      const [bare, original] = await history.rows(REGISTRY);
      assert.deepEqual(
        [bare?.status, bare?.action, bare?.dump_month, bare?.dump_date, bare?.run_mode, bare?.git_sha],
        ["ok", "update_run_registry", null, null, null, null],
      );
      assert.deepEqual(
        [original?.status, original?.dump_month, original?.dump_date, original?.run_mode, original?.git_sha],
        ["ok", "2025-12", null, null, "abc123"],
      );
    });

    test("a failing KPI is failed_query, and the others are computed", async () => {
      const text = await ok(computeKpis, "--only-run-id", BARE);
      assert.match(text, /30 KPIs ok/);
      assert.match(
        text,
        /warning: run 2025-11\S+ 5 KPIs failed: rows_release_artists_v1, n_release_artist_links/,
      );
      const failed = await history.rows(
        `SELECT kpi_name, kpi_value, status, details FROM hive.discogs_history.kpi_snapshot_events WHERE run_id = '${BARE}' AND status <> 'ok' ORDER BY kpi_name`,
      );
      assert.deepEqual(
        failed.map(({ kpi_name, kpi_value, status }) => [kpi_name, kpi_value, status]),
        [
          "avg_artists_per_release_bp",
          "n_release_artist_links",
          "n_releases_with_artist_link",
          "pct_releases_with_artist_link_bp",
          "rows_release_artists_v1",
        ].map((name) => [name, null, "failed_query"]),
      );
      assert.equal(failed[0]?.details, "failed: n_release_artist_links");
      assert.match(String(failed[1]?.details), /release_artists_v1/);
      await ok(exportCsv);
      const row = history.csv("history_kpis_wide").find(({ run_id }) => run_id === BARE);
      assert.deepEqual(
        [row?.n_release_artist_links, row?.n_releases_distinct, row?.avg_genres_per_release_bp],
        ["", "2", "10000"],
      );
    });

    test("a failure after an ok keeps the value and is reported at the end", async () => {
      const table = { name: "label_release_counts_v1", kind: "table" } as const;
      await history.withEngine((engine) => engine.drop(schemaNameOf(FEBRUARY), table));
      await ok(computeKpis, "--only-run-id", FEBRUARY, "--recompute", "true");
      const text = await ok(exportCsv);
      assert.match(
        text,
        /warning: run 2026-02\S+ 6 KPIs failed .*top_label_share_bp \(keeping the value of 20\S+\)/,
      );
      const row = history.csv("history_kpis_wide").find(({ run_id }) => run_id === FEBRUARY);
      assert.equal(row?.top_label_share_bp, "2631");
    });

    test("shows each status, and ignored names with their reasons", async () => {
      const emptied = "2025-10__20251020_194923";
      mkdirSync(join(lakePaths(lake).runs, "20250101_000000"));
      await makeOriginalRun(lake, emptied, { without: ["masters_v1_typed", "releases_v6"] });
      rmSync(sealedDir(lake, ORIGINAL), { recursive: true });
      const text = await ok(reconcile);
      const all = (await statuses()).map((row) => row.join(" "));
      assert.deepEqual(all, [
        `${emptied} missing_data missing_datasets=masters_v1_typed releases_v6`,
        `${BARE} ok `,
        `${ORIGINAL} missing `,
        `${JANUARY} ok ${manifestDetails(JANUARY)}`,
        `${FEBRUARY} failed_incomplete missing=label_release_counts_v1`,
        `${MARCH} skipped_active ${manifestDetails(MARCH)}`,
      ]);
      assert.match(text, /^ignored: 20250101_000000: old name/m);
      await ok(exportCsv);
      assert.deepEqual(
        history.csv("history_kpis_wide").map(({ run_id }) => run_id),
        [BARE, JANUARY, MARCH],
        "only complete runs",
      );
      await ok(register, "--missing");
      await ok(reconcile);
      await ok(exportCsv);
      assert.ok(
        history.csv("history_kpis_wide").some(({ run_id }) => run_id === FEBRUARY),
        "healed",
      );
    });
  });
}

/** The CSVs without times. */
function withoutTimes(history: HistoryLake): unknown[] {
  return ["history_kpis_long", "history_kpis_wide", "history_kpis_v2_long"].map((name) =>
    history.csv(name).map(({ event_ts_utc: _, ...row }) => row),
  );
}
