import { z } from "zod";
import { withTrustAdvice } from "../../cli/certificate.ts";
import { oneLine } from "../../cli/errors.ts";
import type { ServerFault } from "./wire.ts";

/** A statement that the server ended with an error. */
export class ServerFaultError extends Error {
  override readonly name = "ServerFaultError";
  readonly fault: ServerFault;
  readonly queryId: string;

  constructor(fault: ServerFault, queryId: string) {
    super(fault.message);
    this.fault = fault;
    this.queryId = queryId;
  }
}

/** Trino's name of the error behind an error, e.g. `TABLE_NOT_FOUND`; undefined if it is not Trino's. */
export function faultName(error: unknown): string | undefined {
  return faultBehind(error)?.errorName;
}

const TOO_LONG = /exceeds the maximum length \((\d+)\)/;

/**
 * The maximum query length in characters (`query.max-length`), as reported by a server that refuses a longer one; undefined for
 * any other error.
 */
export function longestQuery(error: unknown): number | undefined {
  const fault = faultBehind(error);
  const longest = fault?.errorName === "QUERY_TEXT_TOO_LARGE" ? TOO_LONG.exec(fault.message)?.[1] : undefined;
  return longest === undefined ? undefined : Number(longest);
}

function faultBehind(error: unknown): ServerFault | undefined {
  if (error instanceof ServerFaultError) return error.fault;
  return error instanceof Error && error.cause !== undefined ? faultBehind(error.cause) : undefined;
}

/** Errors of a server or workers still starting: nothing of the statement has run. */
const STARTING = ["SERVER_STARTING_UP", "NO_NODES_AVAILABLE"];
/** Errors of reading when the files are replaced meanwhile, e.g. by a switch of `active`. */
const MOVED = ["HIVE_CANNOT_OPEN_SPLIT", "HIVE_BAD_DATA", "HIVE_FILE_NOT_FOUND"];
const MOVED_MESSAGE = /\bRange .* out of bounds\b/i;

/** Whether an error says that the server is still starting, so that a retry is worthwhile. */
export function isStarting(error: unknown): boolean {
  return error instanceof ServerFaultError && STARTING.includes(error.fault.errorName);
}

/** Whether an error says that files a statement was reading have been moved. */
export function areFilesMoved(error: unknown): boolean {
  if (!(error instanceof ServerFaultError)) return false;
  return MOVED.includes(error.fault.errorName) || MOVED_MESSAGE.test(error.fault.message);
}

/** A request without a response of Trino's protocol. */
export interface RequestFault {
  /** Short description: `connection refused`, `503 Service Unavailable`. */
  what: string;
  /** `passing`: a retry may work. `refused`: user or password. `unknown`: 404. `final`: anything else. */
  kind: "passing" | "refused" | "unknown" | "final";
  /** Milliseconds after which the server asks to retry. */
  waitMs?: number;
}

const failedRequest = z.object({
  isAxiosError: z.literal(true),
  code: z.string().optional(),
  response: z
    .object({
      status: z.number(),
      statusText: z.string().optional(),
      headers: z.looseObject({}),
      data: z.unknown(),
    })
    .optional(),
});
type FailedResponse = NonNullable<z.infer<typeof failedRequest>["response"]>;

const PASSING_CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection lost",
  EPIPE: "connection lost",
  ECONNABORTED: "connection lost",
  ERR_BAD_RESPONSE: "connection lost",
  ETIMEDOUT: "connection timed out",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "network unreachable",
  EAI_AGAIN: "name server not responding",
};
const PASSING_STATUS = [429, 502, 503, 504];
/** The text of the 500 with which a starting Trino answers a user and password, without doing anything. */
const NO_AUTHENTICATORS = /^java\.lang\.IllegalStateException: authenticators were not loaded$/m;

/** The fault of a request; undefined for other errors. */
export function requestFault(error: unknown): RequestFault | undefined {
  const parsed = failedRequest.safeParse(error);
  if (!parsed.success) return undefined;
  const { code = "", response } = parsed.data;
  if (response !== undefined) return statusFault(response);
  const passing = PASSING_CODES[code];
  if (passing !== undefined) return { what: passing, kind: "passing" };
  if (code === "ENOTFOUND") return { what: "unknown host", kind: "final" };
  return { what: withTrustAdvice(`${oneLine(error)} (${code})`, error, "TRINO_CA_FILE"), kind: "final" };
}

function statusFault(response: FailedResponse): RequestFault {
  const { status, headers, data } = response;
  const what = `${status} ${response.statusText ?? ""}`.trim();
  if (status === 401 || status === 403) return { what, kind: "refused" };
  if (status === 404 || status === 410) return { what, kind: "unknown" };
  if (status === 500 && typeof data === "string" && NO_AUTHENTICATORS.test(data)) {
    return { what: `${what}: authenticators were not loaded`, kind: "passing" };
  }
  if (!PASSING_STATUS.includes(status)) return { what, kind: "final" };
  const seconds = Number(headers["retry-after"]);
  return { what, kind: "passing", ...(seconds > 0 ? { waitMs: seconds * 1000 } : {}) };
}
