import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, test } from "node:test";
import { ExpectedError } from "../../cli/errors.ts";
import { type Logger, silentLogger } from "../../cli/log.ts";
import { Silence } from "../../cli/silence.ts";
import { freePort } from "../../trino_server/port.ts";
import type { QueryResult } from "../engine.ts";
import { EngineUnavailableError } from "../sql_error.ts";
import {
  emptyPage,
  errorPage,
  type FakeAnswer,
  type FakeTrino,
  fakeTrino,
  lastPage,
  QUERY_ID,
  rowsPage,
} from "../testing/fake_trino.ts";
import type { TrinoSession } from "./call.ts";
import { requestFault } from "./faults.ts";
import { trinoSettings } from "./settings.ts";
import { runStatement } from "./statement.ts";

const SQL = "SELECT n\nFROM hive.discogs.t";
const open: FakeTrino[] = [];
const warnings: string[] = [];
const log: Logger = { ...silentLogger, warn: (line) => void warnings.push(line) };

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  warnings.length = 0;
});

async function serve(...answers: FakeAnswer[]): Promise<FakeTrino> {
  const server = await fakeTrino(answers);
  open.push(server);
  return server;
}

function sessionAt(url: string, seconds: number): TrinoSession {
  return { settings: trinoSettings({ TRINO_URL: url, TRINO_TIMEOUT: String(seconds) }), log, statements: 0 };
}

function run(url: string, seconds = 60, reading = true): Promise<QueryResult> {
  return runStatement(sessionAt(url, seconds), SQL, { reading });
}

/** Asserts that the statement fails with one line. */
async function failure(statement: Promise<unknown>): Promise<ExpectedError> {
  const error = await statement.then(
    () => assert.fail("the statement did not fail"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ExpectedError, String(error));
  assert.ok(!error.message.includes("\n"), error.message);
  return error;
}

const posts = (server: FakeTrino) => server.requests.filter(({ method }) => method === "POST").length;

test("reports a Trino that is down in one line with the reason", async () => {
  const error = await failure(run(`http://127.0.0.1:${await freePort()}`, 3));
  assert.ok(error instanceof EngineUnavailableError);
  assert.match(
    error.message,
    /^Trino at http:\S+: no answer within 3 s \(TRINO_TIMEOUT\): connection refused$/,
  );
});

test("waits for a Trino that is coming up", async () => {
  const port = await freePort();
  const result = run(`http://127.0.0.1:${port}`);
  await new Promise((resolve) => setTimeout(resolve, 500));
  open.push(await fakeTrino([emptyPage, rowsPage(1), lastPage], { port }));
  assert.deepEqual((await result).rows, [[1n]]);
  assert.match(warnings[0] ?? "", /does not answer \(connection refused\): trying again/);
});

test("retries a busy server when it says so", async () => {
  const busy: FakeAnswer = { status: 429, headers: { "retry-after": "1" } };
  const answers: FakeAnswer[] = [{ status: 503 }, { status: 502 }, emptyPage, { status: 504 }, busy];
  const server = await serve(...answers, rowsPage(1), lastPage);
  const begin = Date.now();
  assert.deepEqual((await run(server.url)).rows, [[1n]]);
  assert.ok(Date.now() - begin >= 1000, "it waited as long as requested");
  assert.equal(posts(server), 3);
  const asked = server.requests.filter(({ method }) => method === "GET").map(({ url }) => url);
  assert.equal(new Set(asked.slice(0, 3)).size, 1, "requests the same page again");
});

test("abandons a server that asks for too long a wait", async () => {
  const server = await serve({ status: 429, headers: { "retry-after": "3600" } });
  const error = await failure(run(server.url));
  assert.ok(error instanceof EngineUnavailableError);
  assert.match(error.message, /429 Too Many Requests \(attempt 1, given up\)$/);
});

test("abandons a server that was away for a minute, but not after a minute of silent work", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  const minuteAtFirstPage = async (server: FakeTrino) => {
    await server.cameIn("GET");
    t.mock.timers.tick(61_000);
  };
  const away = await serve(emptyPage, "break");
  const [error] = await Promise.all([failure(run(away.url)), minuteAtFirstPage(away)]);
  assert.match(error.message, /connection lost \(attempt 1, given up\)$/);
  const working = await serve(emptyPage, emptyPage, "break", rowsPage(1), lastPage);
  const [{ rows }] = await Promise.all([run(working.url), minuteAtFirstPage(working)]);
  assert.deepEqual(rows, [[1n]]);
});

test("sends the statement again to a server that is still starting", async () => {
  const starting = errorPage("SERVER_STARTING_UP", "Trino server is still initializing");
  const noNodes = errorPage("NO_NODES_AVAILABLE", "No nodes available to run query");
  const server = await serve(starting, emptyPage, noNodes, emptyPage, rowsPage(1), lastPage);
  assert.deepEqual((await run(server.url, 60, false)).rows, [[1n]]);
  assert.equal(posts(server), 3);
  assert.equal(warnings.length, 1);
});

test("sends the statement again to a starting server that asks for a password", async () => {
  const trace =
    "java.lang.IllegalStateException: authenticators were not loaded\n" +
    "\tat com.google.common.base.Preconditions.checkState(Preconditions.java:513)\n";
  const starting: FakeAnswer = { status: 500, body: trace, headers: { "content-type": "text/plain" } };
  const server = await serve(starting, starting, emptyPage, rowsPage(1), lastPage);
  assert.deepEqual((await run(server.url, 60, false)).rows, [[1n]]);
  assert.equal(posts(server), 3);
  assert.match(warnings.join(), /500 .*: authenticators were not loaded\): trying again$/);
});

test("does not retry any other 500", async () => {
  const trace = "java.lang.IllegalStateException: something else\n\tat authenticators were not loaded\n";
  const server = await serve({ status: 500, body: trace });
  const error = await failure(run(server.url));
  assert.ok(error instanceof EngineUnavailableError);
  assert.equal(posts(server), 1);
});

test("times out a server that accepts the statement and never answers", async () => {
  const server = await serve("silence");
  const error = await failure(run(server.url, 3));
  assert.ok(error instanceof EngineUnavailableError);
  assert.match(error.message, /no answer within 3 s \(TRINO_TIMEOUT\)$/);
});

test("names a server that does not answer until it does", async (t) => {
  let answer = () => {};
  const server = createServer((_request, response) => {
    answer = () => response.end(JSON.stringify({ id: QUERY_ID }));
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lines: string[] = [];
  const info = (line: string) => {
    lines.push(line.replace(/ \d+ s$/, ""));
    if (lines.length === 2) answer();
  };
  const session = { ...sessionAt(url, 600), silence: new Silence({ info }, 200) };
  assert.deepEqual((await runStatement(session, SQL, { reading: true })).rows, []);
  assert.deepEqual(lines.slice(0, 2), Array(2).fill(`waiting for Trino at ${url} for`));
});

test("cancels an endless query on timeout, which ends the step", async () => {
  const server = await serve(emptyPage, rowsPage(1), emptyPage, "silence");
  const error = await failure(run(server.url, 3));
  assert.ok(error instanceof EngineUnavailableError);
  assert.match(error.message, new RegExp(`query ${QUERY_ID} had no result within 3 s`));
  assert.match(error.message, /\(in: SELECT n FROM hive\.discogs\.t\)$/);
  assert.equal((await server.cameIn("DELETE")).url, `/v1/query/${QUERY_ID}`);
});

test("reports that the server did not cancel a query that timed out", async (t) => {
  const server = await fakeTrino([emptyPage, "silence"], { ignoresCancel: true });
  t.after(() => server.close());
  const error = await failure(run(server.url, 3));
  assert.match(error.message, new RegExp(`query ${QUERY_ID} had no result within 3 s`));
  assert.equal(warnings.pop(), `query ${QUERY_ID} could not be cancelled: no answer within 3 s`);
});

test("resumes a connection lost during a query at the same page", async () => {
  const server = await serve(emptyPage, rowsPage(1, 2), "break", "break", rowsPage(3), lastPage);
  assert.deepEqual((await run(server.url)).rows, [[1n], [2n], [3n]]);
  assert.equal(posts(server), 1);
});

test("a server lost during a query is gone for the next statement too", async () => {
  const server = await serve(emptyPage, rowsPage(1), "break");
  const error = await failure(run(server.url, 3));
  assert.ok(error instanceof EngineUnavailableError);
  assert.match(error.message, /no answer within 3 s \(TRINO_TIMEOUT\): connection lost$/);
});

test("does not blame an earlier lost connection for a query that takes too long", async () => {
  const server = await serve(emptyPage, "break", rowsPage(1), "silence");
  const error = await failure(run(server.url, 3));
  assert.ok(error instanceof EngineUnavailableError);
  assert.match(error.message, /no result within 3 s \(TRINO_TIMEOUT\) \(in: /);
});

test("reports a restarted server that no longer knows the query", async () => {
  const server = await serve(emptyPage, rowsPage(1), { status: 404, body: "Query not found" });
  const error = await failure(run(server.url));
  assert.ok(
    error instanceof EngineUnavailableError,
    "not a failure of the statement, after which a step continues",
  );
  assert.match(error.message, new RegExp(`no longer knows query ${QUERY_ID} \\(404.*restarted`));
});

test("an error after some rows is an error, not a short result", async () => {
  const server = await serve(emptyPage, rowsPage(1), errorPage("EXCEEDED_TIME_LIMIT", "too\nlong"));
  const error = await failure(run(server.url));
  assert.match(error.message, /^trino: too long \(EXCEEDED_TIME_LIMIT, query \S+\) \(in: SELECT n FROM/);
});

test("an error in the first response is an error", async () => {
  const server = await serve(errorPage("PERMISSION_DENIED", "Access Denied"));
  assert.match((await failure(run(server.url))).message, /Access Denied \(PERMISSION_DENIED/);
});

test("repeats reading once when files have moved, but never writing", async () => {
  for (const name of ["HIVE_BAD_DATA", "HIVE_CANNOT_OPEN_SPLIT", "HIVE_FILE_NOT_FOUND"]) {
    const server = await serve(emptyPage, errorPage(name, "gone"), emptyPage, rowsPage(1), lastPage);
    assert.deepEqual((await run(server.url)).rows, [[1n]]);
    assert.match(
      warnings.pop() ?? "",
      /a file could not be read \(gone\): repeating the query once, in case files were moved/,
    );
  }
  const moved = errorPage("GENERIC_INTERNAL_ERROR", "Range [1, 2) out of bounds for length 1");
  const late = await serve(emptyPage, rowsPage(1), moved, emptyPage, rowsPage(1), rowsPage(2), lastPage);
  assert.deepEqual((await run(late.url)).rows, [[1n], [2n]], "without the rows of the first attempt");
  const twice = await serve(emptyPage, moved, emptyPage, moved);
  assert.match((await failure(run(twice.url))).message, /out of bounds/);
  assert.equal(posts(twice), 2);
  const writing = await serve(emptyPage, moved);
  await failure(run(writing.url, 60, false));
  assert.equal(posts(writing), 1);
});

test("reports something other than Trino at the URL", async () => {
  const page: FakeAnswer = {
    status: 200,
    body: "<html>Welcome</html>",
    headers: { "content-type": "text/html" },
  };
  for (const answer of [page, { status: 404 }, { status: 500 }] satisfies FakeAnswer[]) {
    const server = await serve(answer);
    const error = await failure(run(server.url));
    assert.ok(error instanceof EngineUnavailableError);
    assert.match(error.message, /^Trino at \S+: .*check TRINO_URL$/);
  }
});

test("reports a refused user without encryption", async () => {
  for (const [status, text] of [
    [401, "Unauthorized"],
    [403, "Forbidden"],
  ] as const) {
    const server = await serve({ status });
    const error = await failure(run(server.url));
    assert.ok(error instanceof EngineUnavailableError);
    const refused = new RegExp(
      `it refuses user discogs: ${status} ${text} \\(TRINO_USER, TRINO_PASSWORD\\)$`,
    );
    assert.match(error.message, refused);
  }
});

test("a lost connection may pass, an unknown host does not", () => {
  const faultOf = (code: string) => requestFault({ isAxiosError: true, code });
  assert.deepEqual(faultOf("EPIPE"), { what: "connection lost", kind: "passing" });
  assert.deepEqual(faultOf("ENOTFOUND"), { what: "unknown host", kind: "final" });
});

test("contacts a server on this machine without the proxy of the environment", async (t) => {
  const before = process.env.http_proxy;
  process.env.http_proxy = `http://127.0.0.1:${await freePort()}`;
  t.after(() => {
    if (before === undefined) delete process.env.http_proxy;
    else process.env.http_proxy = before;
  });
  const server = await serve(emptyPage, rowsPage(1), lastPage);
  assert.deepEqual((await run(server.url, 10)).rows, [[1n]]);
});

test("names the line of the file in which an error is", async () => {
  const error = { message: "line 2:6: no", errorCode: 1, errorName: "SYNTAX_ERROR", errorType: "USER_ERROR" };
  const page = { error: { ...error, errorLocation: { lineNumber: 2, columnNumber: 6 } } };
  for (const [line, shown] of [
    [undefined, 2],
    [5, 6],
  ] as const) {
    const server = await serve({ page, last: true });
    const source = { file: "q.sql", ...(line === undefined ? {} : { line }) };
    const failed = await failure(runStatement(sessionAt(server.url, 60), SQL, { reading: true, source }));
    assert.match(failed.message, new RegExp(`^trino: q\\.sql:${shown}:6: no \\(SYNTAX_ERROR`));
  }
});
