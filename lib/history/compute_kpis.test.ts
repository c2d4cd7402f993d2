import assert from "node:assert/strict";
import { test } from "node:test";
import { main } from "../../scripts/compute_kpis.ts";
import { silentLogger } from "../cli/log.ts";
import { schemaNameOf } from "../files/run_id.ts";
import { makeLake, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { countStatements } from "../sql/count_statements.ts";
import { openEmbeddedEngine } from "../sql/duckdb/open.ts";
import type { SqlEngine } from "../sql/engine.ts";
import { EngineUnavailableError } from "../sql/sql_error.ts";
import { runMain } from "../testing/run_main.ts";
import { computeKpis } from "./compute_kpis.ts";
import { computeKpisV2 } from "./compute_kpis_v2.ts";
import { kpiSnapshotEvents, kpiV2SnapshotEvents } from "./event_tables.ts";
import { appendEvents } from "./history_schema.ts";
import { recordedKpis, recordedRankings } from "./recorded_kpis.ts";
import { registerMissingRuns } from "./register_runs.ts";
import { updateRunRegistry } from "./update_run_registry.ts";

const RUN = "2026-01__20260120_194923";
const ALL = { onlyRunId: undefined, includeActive: false, recompute: false };

async function readyLake() {
  const lake = makeLake();
  await makeSealedRun(lake, RUN);
  const engine = await openEmbeddedEngine(lake, { threads: 1 });
  const context = { lake, engine, log: silentLogger };
  await registerMissingRuns(context);
  await updateRunRegistry(context, { action: "test", always: true });
  return context;
}

/** The engine, unavailable for one query after this many: a server that is restarted. */
function goneOnceAfter(engine: SqlEngine, queries: number): SqlEngine {
  let left = queries;
  return {
    ...engine,
    async query(...args) {
      left -= 1;
      if (left === -1) throw new EngineUnavailableError("trino: connection refused");
      return engine.query(...args);
    },
  };
}

async function events({ engine }: { engine: SqlEngine }, table: string): Promise<unknown> {
  return (await engine.query(`SELECT count(*) FROM hive.discogs_history.${table}`)).rows[0]?.[0];
}

test("records nothing when the engine becomes unavailable halfway, and everything when repeated", async () => {
  const context = await readyLake();
  for (const queries of [0, 1, 5, 10]) {
    const broken = { ...context, engine: goneOnceAfter(context.engine, queries) };
    await assert.rejects(computeKpis(broken, ALL), /connection refused/);
    await assert.rejects(
      computeKpisV2({ ...broken, engine: goneOnceAfter(context.engine, queries % 8) }, ALL),
      /connection refused/,
    );
  }
  assert.deepEqual(
    [await events(context, "kpi_snapshot_events"), await events(context, "kpi_v2_snapshot_events")],
    [0n, 0n],
  );
  await computeKpis(context, ALL);
  await computeKpisV2(context, ALL);
  assert.deepEqual(
    [await events(context, "kpi_snapshot_events"), await events(context, "kpi_v2_snapshot_events")],
    [35n, 6n],
  );
  await context.engine.close();
});

test("retries the KPIs that failed and no others, and derives from the recorded values", async () => {
  const context = await readyLake();
  const table = { name: "label_release_counts_v1", kind: "table" } as const;
  await context.engine.drop(schemaNameOf(RUN), table);
  const [first] = (await computeKpis(context, ALL)).runs;
  assert.equal(first?.kpis.filter(({ status }) => status === "ok").length, 29);

  const failing = countStatements(context.engine);
  const [second] = (await computeKpis({ ...context, engine: failing }, ALL)).runs;
  assert.deepEqual([second?.kpis.length, second?.kept], [6, 29]);
  assert.ok(second?.kpis.every(({ status }) => status === "failed_query"));

  await context.engine.drop(schemaNameOf(RUN), { name: "release_style_xref_v1", kind: "table" });
  await computeKpisV2(context, ALL);
  const [again] = (await computeKpisV2(context, ALL)).runs;
  assert.deepEqual(
    [again?.items.map(({ name, status }) => [name, status]), again?.kept],
    [[["top_styles", "failed_query"]], 5],
  );

  await registerMissingRuns(context);
  const healing = countStatements(context.engine);
  const [third] = (await computeKpis({ ...context, engine: healing }, ALL)).runs;
  assert.deepEqual(
    third?.kpis.map(({ name, status }) => [name, status]),
    [
      "n_labels_in_counts_table",
      "label_counts_total_releases",
      "top_label_releases",
      "top10_labels_releases",
      "top_label_share_bp",
      "top10_labels_share_bp",
    ].map((name) => [name, "ok"]),
  );
  assert.equal(healing.readings(), failing.readings());
  assert.equal(await events(context, "kpi_snapshot_events"), 35n + 6n + 6n);
  assert.deepEqual(await computeKpis(context, ALL), { runs: [], unchanged: [RUN] });
  await context.engine.close();
});

test("ignores values of another version of a set, and with recompute all recorded values", async () => {
  const context = await readyLake();
  await computeKpis(context, ALL);
  const { engine } = context;
  assert.equal((await recordedKpis(engine, kpiSnapshotEvents)).get(RUN)?.size, 35);
  assert.equal((await recordedKpis(engine, { ...kpiSnapshotEvents, schemaVersion: 2n })).size, 0);
  await computeKpisV2(context, ALL);
  assert.equal((await recordedRankings(engine, kpiV2SnapshotEvents)).get(RUN)?.size, 6);
  assert.equal((await recordedRankings(engine, { ...kpiV2SnapshotEvents, schemaVersion: 1n })).size, 0);
  const { runs, unchanged } = await computeKpis(context, { ...ALL, recompute: true });
  assert.deepEqual([runs.map(({ kpis, kept }) => [kpis.length, kept]), unchanged], [[[35, 0]], []]);
  for (const [kpi_value, status] of [
    [7n, "ok"],
    [3n, "ok"],
    [null, "failed_query"],
  ] as const)
    await appendEvents(engine, kpiSnapshotEvents, [
      [{ run_id: RUN, kpi_name: "n_labels", kpi_value, status }],
    ]);
  const recorded = (await recordedKpis(engine, kpiSnapshotEvents)).get(RUN);
  assert.equal(recorded?.get("n_labels")?.value, 3n, "the newest value, whatever failed since");
  await engine.close();
});

test("computes nothing in a lake without runs, and with too little memory fails", async () => {
  const lake = makeLake();
  const { code, stderr } = await runMain(main, ["--lake", lake, "--memory-limit", "1KB"]);
  assert.deepEqual([code, /the memory limit of 1000 bytes is too low/.test(stderr)], [2, true], stderr);
  const engine = await openEmbeddedEngine(lake, { threads: 1 });
  assert.deepEqual(await computeKpis({ lake, engine, log: silentLogger }, ALL), { runs: [], unchanged: [] });
  await engine.close();
});
