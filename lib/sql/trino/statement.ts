import { oneLine } from "../../cli/errors.ts";
import type { QueryResult } from "../engine.ts";
import type { SqlSource } from "../sql_error.ts";
import { type Call, noteAnswer, type StatementOptions, type TrinoSession } from "./call.ts";
import { createClient } from "./client.ts";
import { areFilesMoved, isStarting, requestFault } from "./faults.ts";
import { onInterrupt } from "./interrupt.ts";
import { readPages } from "./pages.ts";
import { patiently, pause } from "./patience.ts";
import { pausableTimer } from "./pausable_timer.ts";
import { errorForUser, timeoutError } from "./statement_errors.ts";

const CANCEL_MS = 3_000;

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
    throw stop.signal.aborted ? stop.signal.reason : errorForUser(call, error);
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
        call.session.log.warn(
          `a file could not be read (${oneLine(error)}): repeating the query once, in case files were moved`,
        );
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

/** Cancels the query on the server; if that fails too, the server ends it after some minutes. */
async function cancel({ queryId, session: { settings, log } }: Call): Promise<void> {
  if (queryId === undefined) return;
  const signal = AbortSignal.timeout(CANCEL_MS);
  const client = createClient(settings, { signal });
  try {
    await client.cancel(queryId);
  } catch (error) {
    const why = signal.aborted
      ? `no answer within ${CANCEL_MS / 1000} s`
      : (requestFault(error)?.what ?? oneLine(error));
    log.warn(`query ${queryId} could not be cancelled: ${why}`);
  }
}
