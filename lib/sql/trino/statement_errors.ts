import { EngineUnavailableError, sqlError } from "../sql_error.ts";
import type { Call } from "./call.ts";
import { type RequestFault, requestFault, ServerFaultError } from "./faults.ts";

/**
 * A failure of the server, even if an accepted query only takes too long: from here that looks like a silent server, and the
 * next statement would wait as long again.
 */
export function timeoutError(call: Call): EngineUnavailableError {
  const reason = call.lastFault === undefined ? "" : `: ${call.lastFault}`;
  const seconds = `${call.session.settings.timeoutMs / 1000} s (TRINO_TIMEOUT)${reason}`;
  if (call.queryId === undefined || call.lastFault !== undefined) {
    return unavailable(call, `no answer within ${seconds}`);
  }
  const text = `query ${call.queryId} had no result within ${seconds}`;
  return new EngineUnavailableError(sqlError("trino", call.sql, new Error(text), call.source).message);
}

/** Converts any error of a statement to one line for its user. */
export function errorForUser(call: Call, error: unknown): unknown {
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

/** The server is unavailable to a statement. */
export function unavailable(call: Call, what: string, cause?: unknown): EngineUnavailableError {
  return new EngineUnavailableError(`Trino at ${call.session.settings.url}: ${what}`, { cause });
}
