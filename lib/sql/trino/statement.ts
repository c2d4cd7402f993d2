import { setTimeout as sleep } from "node:timers/promises";
import type { Trino } from "trino-client";
import { oneLine } from "../../cli/errors.ts";
import type { Logger } from "../../cli/log.ts";
import type { QueryResult, ResultColumn, SqlValue } from "../engine.ts";
import { EngineUnavailableError, type SqlSource, sqlError } from "../sql_error.ts";
import { createClient } from "./client.ts";
import { areFilesMoved, isStarting, type RequestFault, requestFault, ServerFaultError } from "./faults.ts";
import { onInterrupt } from "./interrupt.ts";
import { pausableTimer } from "./pausable_timer.ts";
import type { TrinoSettings } from "./settings.ts";
import { decoder, type Page, parsePage, queryIdOf, typeName } from "./wire.ts";

/** How long a server may be unreachable before it is abandoned, however much time the statement has left. */
const AWAY_MS = 60_000;
const CANCEL_MS = 3_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** State shared by all statements of an engine. */
export interface TrinoSession {
  settings: TrinoSettings;
  log: Logger;
  /** Set when the work was interrupted: no more statements run. */
  stopped?: EngineUnavailableError;
  /** Statements sent, repetitions included. */
  statements: number;
}

/** How a statement is run: timeout, retries, cancellation. */
export interface StatementOptions {
  /** Whether it only reads, so that it can be repeated when its files have moved. */
  reading: boolean;
  source?: SqlSource | undefined;
}

/** A running statement. */
interface Call extends StatementOptions {
  session: TrinoSession;
  sql: string;
  /** Aborted with the error to throw. */
  signal: AbortSignal;
  /** Whether it can start over, because nothing was received. */
  restart(): boolean;
  /** Of the latest attempt. */
  queryId: string | undefined;
  /** The fault of the latest request; undefined if it was answered. */
  lastFault: string | undefined;
  /** When the server last sent a page, or the statement began, in milliseconds since 1970. */
  heard: number;
}

/**
 * Runs one statement to its end and returns its rows. Retries with growing pauses while the server refuses connections, is too
 * busy or is starting, and repeats a reading statement once when its files have moved. On timeout or interruption, cancels the
 * query. Throws ExpectedError when the server refuses the statement, EngineUnavailableError when there is no server.
 */
export async function runStatement(
  session: TrinoSession,
  sql: string,
  options: StatementOptions,
): Promise<QueryResult> {
  const result: QueryResult = { columns: [], rows: [] };
  const restart = () => {
    result.rows = [];
    return true;
  };
  for await (const { columns, rows } of parts(session, sql, { ...options, restart })) {
    result.columns = columns;
    for (const row of rows) result.rows.push(row);
  }
  return result;
}

/**
 * The same for a reading statement, page by page: requests the next page when it is needed, and does not count the reader's
 * time. Repeats only before the first rows. Leaving it early cancels the query. Trino abandons a query when no page is requested
 * for some minutes (`query.client.timeout`).
 */
export async function* streamStatement(
  session: TrinoSession,
  sql: string,
  source?: SqlSource,
): AsyncGenerator<QueryResult> {
  let begun = false;
  let last: QueryResult = { columns: [], rows: [] };
  for await (last of parts(session, sql, { reading: true, source, restart: () => !begun })) {
    if (last.rows.length === 0) continue;
    begun = true;
    yield last;
  }
  if (!begun) yield last;
}

async function* parts(
  session: TrinoSession,
  sql: string,
  options: StatementOptions & Pick<Call, "restart">,
): AsyncGenerator<QueryResult> {
  if (session.stopped !== undefined) throw session.stopped;
  const stop = new AbortController();
  const call: Call = {
    ...options,
    session,
    sql,
    signal: stop.signal,
    queryId: undefined,
    lastFault: undefined,
    heard: Date.now(),
  };
  const timer = pausableTimer(session.settings.timeoutMs, () => stop.abort(timeoutError(call)));
  const ignoreSignals = onInterrupt((error) => {
    session.stopped = error;
    stop.abort(error);
  });
  let isOver = false;
  try {
    for await (const part of attempts(call)) {
      timer.pause();
      yield part;
      timer.resume();
    }
    isOver = true;
  } catch (error) {
    isOver = !stop.signal.aborted;
    throw stop.signal.aborted ? stop.signal.reason : describe(call, error);
  } finally {
    timer.pause();
    if (!isOver) await cancel(call);
    ignoreSignals();
  }
}

async function* attempts(call: Call): AsyncGenerator<QueryResult> {
  let moved = false;
  for (let round = 0; ; round += 1) {
    try {
      yield* attempt(call);
      return;
    } catch (error) {
      if (!call.restart()) throw error;
      if (isStarting(error)) {
        await pause(call, `is starting (${oneLine(error)})`, round);
      } else if (call.reading && !moved && areFilesMoved(error)) {
        moved = true;
        call.session.log.warn(`the files of a query have moved (${oneLine(error)}): repeating it once`);
      } else throw error;
    }
  }
}

async function* attempt(call: Call): AsyncGenerator<QueryResult> {
  const client = createClient(call.session.settings, {
    signal: call.signal,
    onAnswer: (answer) => noteAnswer(call, answer),
  });
  call.session.statements += 1;
  yield* readPages(call, await patiently(call, () => client.query(call.sql)));
}

/** The pages of a statement from trino-client, which drops the first one, the response to the POST: it has no rows. */
async function* readPages(
  call: Call,
  pages: Awaited<ReturnType<Trino["query"]>>,
): AsyncGenerator<QueryResult> {
  let columns: ResultColumn[] = [];
  let decoders: ((json: unknown) => SqlValue)[] = [];
  for (;;) {
    const { value, done } = await patiently(call, () => pages.next());
    const page = requirePage(call, value);
    if (done === true) return;
    if (page.columns !== undefined && decoders.length === 0) {
      decoders = page.columns.map(({ typeSignature }) => decoder(typeSignature));
      columns = page.columns.map(({ name, typeSignature }) => ({ name, type: typeName(typeSignature) }));
    }
    const rows = (page.data ?? []).map((row) => decoders.map((decode, index) => decode(row[index])));
    yield { columns, rows };
  }
}

/** Returns the page, or throws if it reports a failed statement, which trino-client takes for the end of the rows. */
function requirePage(call: Call, answer: unknown): Page {
  const page = parsePage(answer);
  if (page === undefined) throw unavailable(call, "not a response of Trino: check TRINO_URL");
  if (page.error !== undefined) throw new ServerFaultError(page.error, page.id);
  return page;
}

function noteAnswer(call: Call, answer: unknown): void {
  const id = queryIdOf(answer);
  if (id === undefined) return;
  call.queryId = id;
  call.lastFault = undefined;
  call.heard = Date.now();
}

/**
 * Repeats a request until it is answered: a statement starts only when its first page is requested, and a page can be requested
 * again, so every request of the protocol may be repeated.
 */
async function patiently<T>(call: Call, request: () => Promise<T>): Promise<T> {
  const begin = Date.now();
  for (let round = 0; ; round += 1) {
    try {
      return await request();
    } catch (error) {
      call.signal.throwIfAborted();
      const fault = requestFault(error);
      if (fault?.kind !== "passing") throw error;
      call.lastFault = fault.what;
      const away = Date.now() - Math.max(begin, call.heard) + (fault.waitMs ?? 0);
      if (away > AWAY_MS) throw unavailable(call, `${fault.what} (attempt ${round + 1}, given up)`);
      await pause(call, `does not answer (${fault.what})`, round, fault.waitMs);
    }
  }
}

/** Waits before the next attempt, twice as long each time. Logs the first wait. */
async function pause(call: Call, why: string, round: number, waitMs?: number): Promise<void> {
  const ms = waitMs ?? Math.min(FIRST_PAUSE_MS * 2 ** round, LONGEST_PAUSE_MS);
  const { log, settings } = call.session;
  if (round === 0) log.warn(`Trino at ${settings.url} ${why}: trying again`);
  else log.progress(`Trino at ${settings.url} ${why}: attempt ${round + 2}`);
  try {
    await sleep(ms, undefined, { signal: call.signal });
  } catch (error) {
    call.signal.throwIfAborted();
    throw error;
  }
}

/** Cancels the query on the server; if that fails too, the server ends it after some minutes. */
async function cancel({ queryId, session: { settings, log } }: Call): Promise<void> {
  if (queryId === undefined) return;
  const client = createClient(settings, { signal: AbortSignal.timeout(CANCEL_MS) });
  try {
    await client.cancel(queryId);
  } catch (error) {
    log.warn(`query ${queryId} could not be cancelled: ${requestFault(error)?.what ?? oneLine(error)}`);
  }
}

/**
 * A failure of the server, even if an accepted query only takes too long: from here that looks like a silent server, and the
 * next statement would wait as long again.
 */
function timeoutError(call: Call): EngineUnavailableError {
  const reason = call.lastFault === undefined ? "" : `: ${call.lastFault}`;
  const seconds = `${call.session.settings.timeoutMs / 1000} s (TRINO_TIMEOUT)${reason}`;
  if (call.queryId === undefined || call.lastFault !== undefined) {
    return unavailable(call, `no answer within ${seconds}`);
  }
  const text = `query ${call.queryId} was cancelled: no result within ${seconds}`;
  return new EngineUnavailableError(sqlError("trino", call.sql, new Error(text), call.source).message);
}

/** Converts any error of a statement to one line for its user. */
function describe(call: Call, error: unknown): unknown {
  if (error instanceof ServerFaultError) return refusal(call, error);
  const fault = requestFault(error);
  return fault === undefined ? error : requestError(call, fault, error);
}

function requestError(call: Call, { kind, what }: RequestFault, cause: unknown): Error {
  const { settings } = call.session;
  if (kind === "refused") {
    return unavailable(call, `it refuses user ${settings.user}: ${what} (TRINO_USER, TRINO_PASSWORD)`, cause);
  }
  if (kind === "unknown" && call.queryId !== undefined) {
    const text = `the server no longer knows query ${call.queryId} (${what}): it was restarted`;
    return unavailable(call, text, cause);
  }
  return unavailable(call, `${what}: check TRINO_URL`, cause);
}

/** The server's error with its place, in the statement's file if known. */
function refusal({ sql, source }: Call, cause: ServerFaultError): Error {
  const { fault, queryId } = cause;
  const { lineNumber: line, columnNumber: column } = fault.errorLocation ?? {};
  const message = fault.message.replace(/^line \d+:\d+: /, "");
  const text = `${message} (${fault.errorName}, query ${queryId})`;
  const plain = new Error(text, { cause });
  if (line === undefined || column === undefined) return sqlError("trino", sql, plain, source);
  if (source !== undefined) {
    return sqlError("trino", sql, plain, { file: source.file, line: (source.line ?? 1) + line - 1, column });
  }
  return sqlError("trino", sql, new Error(`line ${line}:${column}: ${text}`, { cause }));
}

function unavailable(call: Call, what: string, cause?: unknown): EngineUnavailableError {
  return new EngineUnavailableError(`Trino at ${call.session.settings.url}: ${what}`, { cause });
}
