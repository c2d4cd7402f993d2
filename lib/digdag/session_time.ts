import { setTimeout as sleep } from "node:timers/promises";
import { ExpectedError } from "../cli/errors.ts";
import { namesIn } from "../files/files.ts";
import { BUILDING_PREFIX, lakePaths } from "../files/paths.ts";
import { parseRunId } from "../files/run_id.ts";
import { allSessions } from "./session.ts";

/** The current second in UTC, or the next one that no session or run of the lake has. */
export async function newSessionTime(lake: string): Promise<Date> {
  const taken = new Set((await allSessions(lake)).map(({ record }) => Date.parse(record.session)));
  for (const name of await namesIn(lakePaths(lake).runs)) {
    const time = parseRunId(name.replace(BUILDING_PREFIX, ""))?.time;
    if (time !== undefined) taken.add(time.getTime());
  }
  for (;;) {
    const now = Date.now();
    const second = now - (now % 1000);
    if (!taken.has(second)) return new Date(second);
    await sleep(second + 1000 - now);
  }
}

/**
 * The UTC time of Digdag's `--session`; undefined for `last`, which is not a time. ExpectedError for anything but `YYYY-MM-DD[
 * HH:MM:SS]`, `daily`, `hourly` and `last`.
 */
export function parseSessionTime(text: string, now: Date): Date | undefined {
  if (text === "last") return undefined;
  if (text === "daily") return new Date(`${now.toISOString().slice(0, 10)}T00:00:00Z`);
  if (text === "hourly") return new Date(`${now.toISOString().slice(0, 13)}:00:00Z`);
  const match = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/.exec(text);
  const time = new Date(`${match?.[1]}T${match?.[2] ?? "00:00:00"}Z`);
  const exists = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(match?.[1] ?? "-");
  if (match !== null && exists) return time;
  throw new ExpectedError(
    `--session is "${text}", but must be "YYYY-MM-DD HH:MM:SS" (UTC), YYYY-MM-DD, daily, hourly or last`,
  );
}

/** Formats a session time for Digdag's `--session`. */
export function formatSessionTime(time: Date): string {
  return time.toISOString().slice(0, 19).replace("T", " ");
}
