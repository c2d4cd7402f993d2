import { ExpectedError } from "../cli/errors.ts";

/** The parts of a run id, `<dump month>__<UTC day>_<UTC time>` of the session that made it. */
export interface ParsedRunId {
  /** `YYYY-MM` */
  dumpMonth: string;
  /** Start of the session, to the second. */
  time: Date;
}

const RUN_ID = /^(\d{4}-(?:0[1-9]|1[0-2]))__(\d{4})(\d{2})(\d{2})_(\d{2})(\d{2})(\d{2})$/;
/** The form of a dump month, `YYYY-MM`. */
export const DUMP_MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Parses a run id; undefined if the form is wrong or the date or time does not exist. */
export function parseRunId(text: string): ParsedRunId | undefined {
  const match = RUN_ID.exec(text);
  if (match === null) return undefined;
  const [, dumpMonth = "", year, month, day, hour, minute, second] = match;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = new Date(iso);
  const exists = !Number.isNaN(time.getTime()) && time.toISOString() === iso;
  return exists ? { dumpMonth, time } : undefined;
}

/** Whether the text is a run id with an existing date and time. */
export function isRunId(text: string): boolean {
  return parseRunId(text) !== undefined;
}

/** Returns the run id, or throws an ExpectedError (exit 2) if it is not one. */
export function requireRunId(text: string): string {
  if (isRunId(text)) return text;
  throw new ExpectedError(
    `"${text}" is not a run id: it must be YYYY-MM__YYYYMMDD_HHMMSS with an existing date and time`,
  );
}

/** Whether the text is a dump month, `YYYY-MM`. */
export function isDumpMonth(text: string): boolean {
  return DUMP_MONTH.test(text);
}

/** Returns the dump month, or throws an ExpectedError (exit 2) if it is not `YYYY-MM`. */
export function requireDumpMonth(text: string): string {
  if (isDumpMonth(text)) return text;
  throw new ExpectedError(`"${text}" is not a dump month: it must be YYYY-MM`);
}

/** The run id of a dump month and the start of a session; both are checked. */
export function formatRunId(dumpMonth: string, time: Date): string {
  return requireRunId(`${requireDumpMonth(dumpMonth)}${runIdSuffix(time)}`);
}

/** The end of the run id of a session: `__YYYYMMDD_HHMMSS`, in UTC. */
export function runIdSuffix(time: Date): string {
  const digits = time.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "_");
  return `__${digits}`;
}

/** How the names of the schemas of runs begin. */
export const RUN_SCHEMA_PREFIX = "discogs_r_";

/** The SQL schema of a registered run: `discogs_r_` and the run id with `-` as `_`. */
export function schemaNameOf(runId: string): string {
  return `${RUN_SCHEMA_PREFIX}${requireRunId(runId).replaceAll("-", "_")}`;
}
