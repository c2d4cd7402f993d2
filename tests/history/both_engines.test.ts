import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { lakePaths } from "../../lib/files/paths.ts";
import { changeTables, comparisonEvents } from "../../lib/history/event_tables.ts";
import { makeLake, makeSealedRun } from "../../lib/lake/testing/fixture_runs.ts";
import { promote } from "../../lib/promotion/promote.ts";
import { type StartedEngine, testEngines } from "../../lib/testing/engines.ts";
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
