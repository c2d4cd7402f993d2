import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { makeLake, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { openEmbeddedEngine } from "../sql/duckdb/open.ts";
import type { SqlEngine } from "../sql/engine.ts";
import { EngineUnavailableError } from "../sql/sql_error.ts";
import { computeKpis } from "./compute_kpis.ts";
import { computeKpisV2 } from "./compute_kpis_v2.ts";
import { registerMissingRuns } from "./register_runs.ts";
import { updateRunRegistry } from "./update_run_registry.ts";

const RUN = "2026-01__20260120_194923";
const ALL = { onlyRunId: undefined, includeActive: false };

async function readyLake() {
  const lake = makeLake();
  await makeSealedRun(lake, RUN);
  const engine = await openEmbeddedEngine(lake, { threads: 1 });
  const context = { lake, engine, log: silentLogger };
  await registerMissingRuns(context);
  await updateRunRegistry(context, { action: "test" });
  return context;
}

/** The engine, unavailable from its n-th query on. */
function goneAfter(engine: SqlEngine, queries: number): SqlEngine {
  let left = queries;
  return {
    ...engine,
    async query(...args) {
      left -= 1;
      if (left < 0) throw new EngineUnavailableError("trino: connection refused");
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
    const broken = { ...context, engine: goneAfter(context.engine, queries) };
    await assert.rejects(computeKpis(broken, ALL), /connection refused/);
    await assert.rejects(computeKpisV2({ ...broken, engine: goneAfter(context.engine, queries % 8) }, ALL));
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

test("computes nothing in a lake without runs", async () => {
  const lake = makeLake();
  const engine = await openEmbeddedEngine(lake, { threads: 1 });
  assert.deepEqual(await computeKpis({ lake, engine, log: silentLogger }, ALL), []);
  await engine.close();
});
