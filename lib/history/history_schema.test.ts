import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { makeLake } from "../lake/testing/fixture_runs.ts";
import { openEmbeddedEngine } from "../sql/duckdb/open.ts";
import { HISTORY_SCHEMA, type SqlEngine } from "../sql/engine.ts";
import { runRegistryEvents } from "./event_tables.ts";
import { appendEvents, inHistory } from "./history_schema.ts";

const EVENT = { run_id: "2026-01__20260120_194923", status: "ok" };

async function withEngine<T>(lake: string, use: (engine: SqlEngine) => Promise<T>): Promise<T> {
  const engine = await openEmbeddedEngine(lake, { threads: 1 });
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

async function append(lake: string, events: (typeof EVENT)[] = [EVENT]): Promise<Date | undefined> {
  return withEngine(lake, (engine) =>
    inHistory({ lake, engine, log: silentLogger }, "test", () =>
      appendEvents(engine, runRegistryEvents, [events]),
    ),
  );
}

const latest = (lake: string) =>
  withEngine(lake, async (engine) => {
    const sql = `SELECT event_ts_utc, status, details FROM hive.${HISTORY_SCHEMA}.run_registry_latest`;
    return (await engine.query(sql)).rows;
  });

test("a batch is later than the newest event, even one in the future", async () => {
  const lake = makeLake();
  const future = new Date(Date.now() + 3_600_000);
  await append(lake, []);
  await withEngine(lake, (engine) => {
    const row = runRegistryEvents.columns.map(({ name }) => (name === "event_ts_utc" ? future : null));
    return engine.appendRows(HISTORY_SCHEMA, runRegistryEvents.name, [[row]]);
  });
  assert.equal((await append(lake))?.getTime(), future.getTime() + 1);
  assert.equal((await append(lake))?.getTime(), future.getTime() + 2);
});

test("concurrent steps append one after another, each with its own time", async () => {
  const lake = makeLake();
  const times = await Promise.all([append(lake), append(lake), append(lake)]);
  assert.equal(new Set(times.map((time) => time?.getTime())).size, 3);
});

test("among events of the same time, the greatest status, then details, counts as latest", async () => {
  const lake = makeLake();
  const events = ["missing_data", "skipped_active", "ok", "skipped_active"].map((status, index) => ({
    ...EVENT,
    status,
    ...(index === 0 ? { details: "z" } : {}),
    ...(index === 3 ? { details: "a" } : {}),
  }));
  await append(lake, events);
  const [row, ...others] = await latest(lake);
  assert.deepEqual([row?.slice(1), others], [["skipped_active", "a"], []]);
});

test("existing history is left unchanged", async () => {
  const lake = makeLake();
  await append(lake);
  const select = `SELECT run_id, 'mine' AS status FROM hive.${HISTORY_SCHEMA}.run_registry_events`;
  await withEngine(lake, (engine) => engine.view(HISTORY_SCHEMA, "run_registry_latest", select));
  await append(lake);
  await withEngine(lake, async (engine) => {
    const { rows } = await engine.query(`SELECT status FROM hive.${HISTORY_SCHEMA}.run_registry_latest`);
    assert.deepEqual(rows, [["mine"], ["mine"]]);
  });
});

test("refuses a field that is not a column, and writes nothing", async () => {
  const lake = makeLake();
  await assert.rejects(append(lake, [{ ...EVENT, nope: "x" } as typeof EVENT]), /has no column nope/);
  assert.deepEqual(await latest(lake), []);
});
