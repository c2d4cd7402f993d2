import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { kpiV2SnapshotEvents } from "../../lib/history/event_tables.ts";
import { makeLake, makeSealedRun } from "../../lib/lake/testing/fixture_runs.ts";
import { type StartedEngine, testEngines } from "../../lib/testing/engines.ts";
import { LONGEST_QUERY } from "../../lib/trino_server/config.ts";
import { main as computeKpisV2 } from "../../scripts/compute_kpis_v2.ts";
import { main as reconcile } from "../../scripts/reconcile_register.ts";
import { main as register } from "../../scripts/register_run_schema.ts";
import { type HistoryLake, historyLake } from "./history_lake.ts";
import { FEBRUARY, JANUARY, monthTables } from "./months.ts";

// Two runs whose rankings have such long names that their events need several INSERTs on Trino.

const LONG = 0.6 * LONGEST_QUERY;
const LATEST = `SELECT event_ts_utc, run_id, kpi_name, place, length(item) AS length, substr(item, 1, 9) AS item, n_releases
  FROM hive.discogs_history.kpi_v2_snapshot_latest ORDER BY run_id, kpi_name, place`;
const trino = testEngines.find(({ name }) => name === "trino");

describe("a batch of events that breaks off between two INSERTs", { skip: trino === undefined }, () => {
  const lake = makeLake();
  const proxies: Server[] = [];
  let started: StartedEngine;
  let history: HistoryLake;

  before(async () => {
    for (const [runId, letter] of [
      [JANUARY, "a"],
      [FEBRUARY, "b"],
    ] as const) {
      const releases_v6 = ["Sweden", letter.repeat(LONG)].map((country, index) => ({
        release_id: index + 1,
        country,
      }));
      await makeSealedRun(lake, runId, { tables: { ...monthTables[runId], releases_v6 } });
    }
    assert.ok(trino !== undefined);
    started = await trino.start(lake);
    history = historyLake(lake, started);
    await step(register, "--missing");
    await step(reconcile);
  });
  after(async () => {
    for (const proxy of proxies) {
      proxy.closeAllConnections();
      proxy.close();
    }
    await started?.stop();
  });

  async function step(...args: Parameters<HistoryLake["run"]>): Promise<void> {
    const { code, stdout, stderr } = await history.run(...args);
    assert.equal(code, 0, stdout + stderr);
  }

  /** The current rankings without times, and the times of each run's. */
  async function latest() {
    const { rows } = await history.withEngine((engine) => engine.query(LATEST));
    const timesOf = (runId: string) => {
      const times = rows.filter((row) => row[1] === runId).map(([time]) => (time as Date).getTime());
      return [...new Set(times)];
    };
    return { rows: rows.map((row) => row.slice(1)), january: timesOf(JANUARY), february: timesOf(FEBRUARY) };
  }

  const eventFiles = () => readdirSync(kpiV2SnapshotEvents.directory(lake)).length;

  test("every run's ranking is entirely old or entirely new, and repeating makes all new", async () => {
    await step(computeKpisV2);
    assert.equal(eventFiles(), 2, "the batch is two INSERTs");
    const old = await latest();
    assert.deepEqual(old.january, old.february);
    assert.equal(old.january.length, 1);
    assert.deepEqual(
      old.rows
        .filter(([, kpi]) => kpi === "releases_per_country")
        .map(([run, , place, length]) => [run, place, length]),
      [
        [JANUARY, 1n, 6n],
        [JANUARY, 2n, BigInt(LONG)],
        [FEBRUARY, 1n, 6n],
        [FEBRUARY, 2n, BigInt(LONG)],
      ],
    );

    const url = await refusingProxy(started.env.TRINO_URL ?? "", proxies);
    const broken = await historyLake(lake, { ...started, env: { TRINO_URL: url } }).run(
      computeKpisV2,
      "--recompute",
      "true",
    );
    assert.equal(broken.code, 2, broken.stderr);
    assert.match(broken.stderr, /it refuses user discogs: 403/);
    assert.equal(eventFiles(), 3, "only the first INSERT was done");
    const between = await latest();
    assert.deepEqual(between.rows, old.rows);
    assert.deepEqual(between.february, old.february);
    assert.equal(between.january.length, 1);
    assert.ok(Number(between.january[0]) > Number(old.january[0]));

    await step(computeKpisV2, "--recompute", "true");
    const healed = await latest();
    assert.deepEqual(healed.rows, old.rows);
    assert.deepEqual(healed.january, healed.february);
    assert.ok(Number(healed.january[0]) > Number(between.january[0]));
  });
});

/**
 * A proxy to a Trino that passes the INSERT of everything, which Trino refuses as too long, and the next one, then nothing that
 * writes. Returns its URL.
 */
async function refusingProxy(trinoUrl: string, started: Server[]): Promise<string> {
  let inserts = 0;
  const proxy = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    if (body.subarray(0, 6).toString() === "INSERT") inserts += 1;
    if (inserts > 2) outgoing.writeHead(403).end();
    else passOn(trinoUrl, incoming, body, outgoing);
  });
  started.push(proxy);
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const address = proxy.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

function passOn(
  trinoUrl: string,
  { method, url = "", headers }: IncomingMessage,
  body: Buffer,
  to: ServerResponse,
) {
  const asked = request(new URL(url, trinoUrl), { method, headers }, (answer) => {
    to.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(to);
  });
  asked.on("error", () => to.destroy());
  asked.end(body);
}
