import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { silentLogger } from "../../cli/log.ts";
import type { QueryResult } from "../engine.ts";
import {
  emptyPage,
  errorPage,
  type FakeAnswer,
  fakeTrino,
  lastPage,
  rowsPage,
} from "../testing/fake_trino.ts";
import type { TrinoSession } from "./call.ts";
import { pausableTimer } from "./pausable_timer.ts";
import { trinoSettings } from "./settings.ts";
import { streamStatement } from "./statement.ts";

/** Like Trino: each page from the first with rows on, or the last, has the columns. */
const typeSignature = { rawType: "bigint", arguments: [] };
const LAST_WITHOUT_ROWS: FakeAnswer = {
  page: { columns: [{ name: "n", type: "bigint", typeSignature }] },
  last: true,
};

/** A fake server with these responses, and a statement's stream on it. */
async function setUp(t: TestContext, answers: readonly FakeAnswer[], seconds = 60) {
  const server = await fakeTrino(answers);
  t.after(() => server.close());
  const settings = trinoSettings({ TRINO_URL: server.url, TRINO_TIMEOUT: String(seconds) });
  const session: TrinoSession = { settings, log: silentLogger, statements: 0 };
  const count = (method: string) => server.requests.filter((request) => request.method === method).length;
  return { stream: streamStatement(session, "SELECT n FROM hive.discogs.t"), count };
}

async function partsOf(stream: AsyncIterable<QueryResult>): Promise<unknown[]> {
  const parts = [];
  for await (const { rows } of stream) parts.push(rows.flat());
  return parts;
}

test("requests a page when the reader wants it, and skips pages without rows", async (t) => {
  const { stream, count } = await setUp(t, [emptyPage, rowsPage(1, 2), emptyPage, rowsPage(3), lastPage]);
  assert.deepEqual((await stream.next()).value?.rows, [[1n], [2n]]);
  const asked = count("GET");
  await sleep(200);
  assert.equal(count("GET"), asked);
  assert.deepEqual(await partsOf(stream), [[3n]]);
  assert.equal(count("DELETE"), 0);
});

test("does not count the reader's time", async (t) => {
  const { stream } = await setUp(t, [emptyPage, rowsPage(1), rowsPage(2), lastPage], 5);
  assert.deepEqual((await stream.next()).value?.rows, [[1n]]);
  await sleep(5500);
  assert.deepEqual(await partsOf(stream), [[2n]]);
});

test("a timer that was paused runs for the time that was left", (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const expired = t.mock.fn();
  const timer = pausableTimer(1000, expired);
  now = 700;
  timer.pause();
  now = 5000;
  timer.resume();
  t.mock.timers.tick(299);
  assert.equal(expired.mock.callCount(), 0);
  t.mock.timers.tick(1);
  assert.equal(expired.mock.callCount(), 1);
});

test("leaving it early cancels the query", async (t) => {
  const { stream, count } = await setUp(t, [emptyPage, rowsPage(1), rowsPage(2), lastPage]);
  for await (const part of stream) {
    assert.equal(part.rows.length, 1);
    break;
  }
  assert.equal(count("DELETE"), 1);
});

test("when files have moved, repeats before the first rows and fails after them", async (t) => {
  const moved = errorPage("HIVE_CANNOT_OPEN_SPLIT", "moved");
  const early = await setUp(t, [emptyPage, moved, emptyPage, rowsPage(1), lastPage]);
  assert.deepEqual(await partsOf(early.stream), [[1n]]);
  assert.equal(early.count("POST"), 2);
  const late = await setUp(t, [emptyPage, rowsPage(1), moved]);
  await assert.rejects(partsOf(late.stream), /moved \(HIVE_CANNOT_OPEN_SPLIT/);
  assert.equal(late.count("POST"), 1);
});

test("a result without rows is one part with its columns", async (t) => {
  const { stream } = await setUp(t, [emptyPage, emptyPage, LAST_WITHOUT_ROWS]);
  const parts: QueryResult[] = [];
  for await (const part of stream) parts.push(part);
  assert.deepEqual(parts, [{ columns: [{ name: "n", type: "BIGINT" }], rows: [] }]);
});
