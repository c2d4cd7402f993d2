import type { Logger } from "../../cli/log.ts";
import type { Silence } from "../../cli/silence.ts";
import type { EngineUnavailableError, SqlSource } from "../sql_error.ts";
import type { TrinoSettings } from "./settings.ts";
import { queryIdOf } from "./wire.ts";

/** State shared by all statements of an engine. */
export interface TrinoSession {
  settings: TrinoSettings;
  log: Logger;
  /** Reports that Trino does not answer; made by the first statement. */
  silence?: Silence;
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
export interface Call extends StatementOptions {
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

/** Records that the server answered a request of the statement. */
export function noteAnswer(call: Call, answer: unknown): void {
  const id = queryIdOf(answer);
  if (id === undefined) return;
  call.queryId = id;
  call.lastFault = undefined;
  call.heard = Date.now();
}
