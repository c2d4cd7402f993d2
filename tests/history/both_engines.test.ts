import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Table, tableFromIPC } from "apache-arrow";
import { lakePaths } from "../../lib/files/paths.ts";
import { changeTables, comparisonEvents } from "../../lib/history/event_tables.ts";
import { makeLake, makeSealedRun } from "../../lib/lake/testing/fixture_runs.ts";
import { promote } from "../../lib/promotion/promote.ts";
import { type StartedEngine, testEngines } from "../../lib/testing/engines.ts";
import { temporaryDirectory } from "../../lib/testing/files.ts";
import { parquetColumns, parquetRows } from "../../lib/testing/parquet.ts";
import { main as buildReport } from "../../scripts/build_report.ts";
import { main as compareRuns } from "../../scripts/compare_runs.ts";
import { main as computeKpis } from "../../scripts/compute_kpis.ts";
import { main as computeKpisV2 } from "../../scripts/compute_kpis_v2.ts";
import { main as computeKpisV3 } from "../../scripts/compute_kpis_v3.ts";
import { main as exportCsv } from "../../scripts/export_history_csv.ts";
import { main as query } from "../../scripts/query.ts";
import { main as reconcile } from "../../scripts/reconcile_register.ts";
import { main as registerActive } from "../../scripts/register_active.ts";
import { main as register } from "../../scripts/register_run_schema.ts";
import { csvText, type HistoryLake, hashes, historyLake } from "./history_lake.ts";
import { FEBRUARY, JANUARY, MARCH, monthTables } from "./months.ts";

const CSVS = [
  "history_kpis_long",
  "history_kpis_wide",
  "history_kpis_v2_long",
  "history_kpis_v3_long",
  "history_kpis_v3_wide",
];
const RUN_SCHEMA = "hive.discogs_r_2026_01__20260120_194923";
/** A row with a value of each kind, and one with NULLs and empty lists. */
const EVERY_KIND = `SELECT CASE WHEN release_id = 100 THEN CAST(9007199254740993 AS BIGINT) END AS big,
  CASE WHEN release_id = 100 THEN DATE '1969-12-31' END AS day, CASE WHEN release_id = 100 THEN 'Dahlbäck 🎹' END AS text,
  CASE WHEN release_id = 100 THEN ARRAY['a', CAST(NULL AS VARCHAR), ''] END AS words, artist_refs
  FROM ${RUN_SCHEMA}.releases_ref_v6 ORDER BY release_id`;
const ARTIST_REFS = [{ artist_id: "1", name: "The Persuader", anv: null, join_text: null }];
const KINDS = [
  {
    big: "9007199254740993",
    day: "1969-12-31",
    text: "Dahlbäck 🎹",
    words: ["a", null, ""],
    artist_refs: ARTIST_REFS,
  },
  { big: null, day: null, text: null, words: null, artist_refs: ARTIST_REFS },
];
/** Statements, and what both engines report. */
const MISTYPED = [
  [
    "SELECT * FROM releases_v66",
    "there is no table releases_v66, did you mean hive.discogs.releases_ref_v6?",
  ],
  [
    "WITH x AS (SELECT 1) SELECT * FROM x CROSS JOIN labels_v10",
    "there is no table labels_v10: the dataset labels_v10 is queried as hive.discogs.labels_ref_v10",
  ],
  [
    "SELECT * FROM hive.discogs.releases_v6",
    "there is no table hive.discogs.releases_v6: the dataset releases_v6 is queried as hive.discogs.releases_ref_v6",
  ],
  [
    'SELECT * FROM "hive"."discogs"."artist_v1" WHERE name = \'hive.discogs.artist_v1\'',
    "there is no table hive.discogs.artist_v1, did you mean hive.discogs.artists_v1?",
  ],
  [
    `SELECT 1 FROM ${RUN_SCHEMA}.labels`,
    `there is no table ${RUN_SCHEMA}.labels, did you mean ${RUN_SCHEMA}.labels_ref_v10?`,
  ],
  [
    "SELECT * FROM hive.discogs.artists_v1 JOIN hive.discog.masters_v1 USING (name)",
    "there is no table hive.discog.masters_v1, did you mean hive.discogs.masters_v1?",
  ],
  [
    "SELECT * FROM hvie.discogs.masters_v1",
    "there is no table hvie.discogs.masters_v1, did you mean hive.discogs.masters_v1?",
  ],
  [
    "SELECT * FROM hive.discogs.release_track_v1",
    "there is no table hive.discogs.release_track_v1, did you mean hive.discogs.release_tracks_v1, which the run was made without?",
  ],
  [
    "SELECT * FROM hive.discogs_history.run_registry_latst",
    "there is no table hive.discogs_history.run_registry_latst, did you mean hive.discogs_history.run_registry_latest?",
  ],
  [
    "SELECT * FROM hive.discogs.xyzzy",
    "there is no table hive.discogs.xyzzy; SHOW TABLES FROM hive.discogs lists those that exist",
  ],
  ["SELECT titel FROM hive.discogs.releases_ref_v6", "there is no column titel, did you mean title?"],
  [
    "SELECT name FROM hive.discogs.labels_ref_v10 JOIN hive.discogs.masters_v1 ON master_id = labelid",
    "there is no column labelid, did you mean label_id?",
  ],
  ["SELECT r.titel FROM hive.discogs.releases_ref_v6 r", "there is no column r.titel, did you mean title?"],
  [
    "SELECT title, count(*) AS n FROM hive.discogs.releases_ref_v6 GROUP BY title HAVING titel > 'a'",
    "there is no column titel, did you mean title?",
  ],
  [
    "SELECT title FROM hive.discogs.releases_ref_v6 UNION SELECT name FROM hive.discogs.labels_ref_v10 ORDER BY titel",
    "there is no column titel, did you mean title?",
  ],
] as const;
const PAGE_TIME = /\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?/g;
const TIME = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/g;
const asText = (row: object) =>
  JSON.stringify(row, (_key, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
const both = testEngines.length > 1;

describe("one lake, two engines", {
  skip: both ? false : "DISCOGS_TEST_ENGINES names one engine only",
}, () => {
  const lake = makeLake();
  const started: StartedEngine[] = [];
  let first: HistoryLake;
  let second: HistoryLake;

  before(async () => {
    for (const [runId, tables] of Object.entries(monthTables)) await makeSealedRun(lake, runId, { tables });
    await promote(lake, MARCH);
    for (const engine of testEngines) started.push(await engine.start(lake));
    const [one, two] = started;
    assert.ok(one !== undefined && two !== undefined);
    first = historyLake(lake, one);
    second = historyLake(lake, two);
  });
  after(async () => {
    for (const engine of started) await engine.stop();
  });

  async function ok(history: HistoryLake, ...args: Parameters<HistoryLake["run"]>): Promise<void> {
    const { code, stdout, stderr } = await history.run(...args);
    assert.equal(code, 0, stdout + stderr);
  }

  async function compute(history: HistoryLake): Promise<string[]> {
    await ok(history, register, "--missing");
    await ok(history, reconcile);
    for (const main of [computeKpis, computeKpisV2, computeKpisV3]) {
      await ok(history, main, "--include-active", "true", "--recompute", "true");
    }
    return exported(history);
  }

  /** What a reader's query gives, without any step of the history on that engine. */
  async function latest(history: HistoryLake): Promise<string> {
    const sql = "SELECT * FROM hive.discogs_history.kpi_snapshot_latest ORDER BY run_id, kpi_name";
    const { code, stdout, stderr } = await history.run(query, "--csv", sql);
    assert.equal(code, 0, stderr);
    assert.ok(stdout.includes(JANUARY));
    return stdout;
  }

  async function exported(history: HistoryLake): Promise<string[]> {
    await ok(history, exportCsv);
    return CSVS.map((name) => csvText(lake, name));
  }

  test("each engine reads the other's events to the millisecond, and yields the same CSVs", async () => {
    const byFirst = await compute(first);
    await ok(second, registerActive);
    assert.deepEqual(await latest(second), await latest(first), "readable at once on the other engine");
    assert.deepEqual(await exported(second), byFirst, "the same events, read by the other engine");
    for (const main of [computeKpis, computeKpisV2, computeKpisV3]) {
      const { stdout } = await second.run(main, "--only-run-id", JANUARY);
      assert.match(stdout, /all KPIs are up to date/, "by the other engine");
    }
    const bySecond = await compute(second);
    assert.deepEqual(await exported(first), bySecond);
    const timeless = (texts: string[]) => texts.map((text) => text.replaceAll(TIME, "TIME"));
    assert.deepEqual(timeless(bySecond), timeless(byFirst));
    assert.notDeepEqual(bySecond, byFirst, "the second engine appended its own events");
    for (const runId of [JANUARY, FEBRUARY, MARCH]) assert.ok(bySecond[1]?.includes(runId));
  });

  test("each engine reads the comparisons that were recorded on the other, and compares nothing twice", async () => {
    const [views, tables] = [changeTables, [comparisonEvents, ...changeTables]];
    const changes = async (history: HistoryLake) => {
      const results = [];
      for (const { latestView } of views) {
        results.push(await history.rows(`SELECT * FROM hive.discogs_history.${latestView}`));
      }
      return results.map((rows) => rows.map(asText).sort());
    };
    await ok(first, compareRuns, "--from-run", JANUARY, "--to-run", FEBRUARY);
    await ok(second, compareRuns, "--from-run", FEBRUARY, "--to-run", MARCH);
    const found = await changes(first);
    assert.deepEqual(await changes(second), found);
    const [records = [], counts = []] = found;
    for (const runId of [FEBRUARY, MARCH]) {
      assert.ok(
        records.some((row) => row.includes(`"to_run":"${runId}"`)),
        runId,
      );
    }
    assert.ok(records.length > 10 && counts.length > 100);
    const before = await hashes(`${lake}/_meta/discogs_history/changes`);
    await ok(second, compareRuns, "--from-run", JANUARY, "--to-run", FEBRUARY);
    await ok(first, compareRuns, "--from-run", FEBRUARY, "--to-run", MARCH);
    assert.deepEqual(await hashes(`${lake}/_meta/discogs_history/changes`), before);
    for (const { name } of tables) {
      const [count] = await second.rows(
        `SELECT count(DISTINCT to_run) AS n FROM hive.discogs_history.${name}`,
      );
      assert.ok(name === "id_moves" || count?.n === 2n, name);
    }
  });

  test("results as Parquet and Arrow, read back, have the values and types of the tables", async (t) => {
    const dir = temporaryDirectory(t);
    const files = [];
    for (const [index, history] of [first, second].entries()) {
      const [parquet, arrow] = ["parquet", "arrow"].map((format) => join(dir, `${index}.${format}`));
      assert.ok(parquet !== undefined && arrow !== undefined);
      for (const file of [parquet, arrow]) await ok(history, query, "--out", file, EVERY_KIND);
      assert.deepEqual(await parquetRows(parquet), KINDS);
      files.push({ types: await parquetColumns(parquet), arrow: tableFromIPC(readFileSync(arrow)) });
    }
    const [byFirst, bySecond] = files;
    assert.deepEqual(bySecond?.types, byFirst?.types);
    assert.equal(String(bySecond?.arrow.schema), String(byFirst?.arrow.schema));
    const values = (table: Table | undefined) => (table?.toArray() ?? []).map(String);
    assert.deepEqual(values(bySecond?.arrow), values(byFirst?.arrow));
    assert.equal(bySecond?.arrow.getChild("big")?.get(0), 2n ** 53n + 1n);
    assert.equal(bySecond?.arrow.getChild("big")?.get(1), null);
  });

  test("a mistyped table or column is reported with the nearest one of the lake", async () => {
    await ok(first, registerActive);
    for (const [sql, message] of MISTYPED) {
      for (const [index, history] of [first, second].entries()) {
        const { code, stderr } = await history.run(query, sql);
        const begin = `scripts/query.ts: error: ${testEngines[index]?.name}: ${message}`;
        assert.deepEqual([code, stderr], [2, `${begin} (in: ${sql})\n`]);
      }
    }
  });

  test("mistyped names in a file are explained on both engines, at the place that the engine names", async (t) => {
    const file = join(temporaryDirectory(t), "titles.sql");
    writeFileSync(file, "-- titles\nSELECT titel\nFROM hive.discogs.releases_ref_v6");
    const problem = "there is no column titel, did you mean title?";
    const places: Readonly<Record<string, string>> = { duckdb: `${file}:2`, trino: `${file}:2:8` };
    for (const [index, history] of [first, second].entries()) {
      const name = testEngines[index]?.name ?? "";
      const { stderr } = await history.run(query, file);
      assert.ok(
        stderr.startsWith(`scripts/query.ts: error: ${name}: ${places[name]}: ${problem} (in: `),
        stderr,
      );
    }
  });

  test("the history page is the same from each engine", async (t) => {
    const pages = [];
    for (const history of [first, second]) {
      const dir = temporaryDirectory(t);
      await ok(history, buildReport, "--out-dir", dir);
      pages.push(readFileSync(join(dir, "history.html"), "utf8").replaceAll(PAGE_TIME, "TIME"));
    }
    assert.equal(pages[1], pages[0]);
    for (const month of ["2026-01", "2026-02", "2026-03"]) assert.ok(pages[1]?.includes(month), month);
  });

  test("the history of a lake works without the embedded engine's catalog and without a registry", async () => {
    const before = await latest(second);
    const { duckdbCatalog, registryEvents } = lakePaths(lake);
    rmSync(duckdbCatalog, { recursive: true });
    assert.equal(await latest(first), before, "as where the history was kept on a Trino alone");
    rmSync(registryEvents, { recursive: true });
    await ok(first, register, "--missing");
    await ok(first, reconcile);
    for (const main of [computeKpis, computeKpisV2, computeKpisV3]) {
      const { stdout } = await first.run(main, "--include-active", "true");
      assert.match(stdout, /^3 runs: all KPIs are up to date/);
    }
    assert.equal(await latest(first), before);
  });

  test("the event files of both are unchanged", async () => {
    const before = await hashes(`${lake}/_meta/discogs_history/kpi`);
    await ok(first, computeKpis, "--only-run-id", JANUARY, "--recompute", "true");
    await ok(second, computeKpis, "--only-run-id", FEBRUARY, "--recompute", "true");
    const after = await hashes(`${lake}/_meta/discogs_history/kpi`);
    assert.equal(after.size, before.size + 2);
    for (const [name, hash] of before) assert.equal(after.get(name), hash);
  });
});
