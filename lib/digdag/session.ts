import { join } from "node:path";
import { z } from "zod";
import { ExpectedError } from "../cli/errors.ts";
import { makeDirectory, namesIn, readJsonIfThere, removeTree, writeJsonFile } from "../files/files.ts";
import { liveOwner, ownerText } from "../files/lock.ts";
import { lakePaths } from "../files/paths.ts";

/** Directory of the sessions of workflows without a dump month. */
const NO_MONTH = "no_month";
const SESSION_FILE = "session.json";
const TEMPORARY = "tmp";

/** `session.json`, next to Digdag's status files of the session. */
const sessionRecord = z.object({
  /** Digdag's session time, to the second. */
  session: z.iso.datetime(),
  workflow: z.string(),
  /** Digdag's project directory. */
  project: z.string(),
  dump_month: z.string().optional(),
  /** The run that the session makes or works on, if known. */
  run_id: z.string().optional(),
  raw_root: z.string().optional(),
  /** As given with `-p` and `-P`. */
  parameters: z.record(z.string(), z.string()),
  /**
   * The month's dump and checksum files in the raw root, by name, as the attempts found them when they began. Absent without a
   * raw root, and in sessions of older versions.
   */
  dumps: z
    .record(z.string(), z.object({ size: z.int().nonnegative(), modified: z.iso.datetime() }))
    .optional(),
  /** Version of the code and workflows that wrote the status files. */
  code: z.string(),
  /** `unfinished` is running, failed or killed. */
  state: z.enum(["unfinished", "finished", "discarded"]),
  /** Only some tasks were requested; Digdag records the others as done too. */
  partial: z.boolean().optional(),
  started: z.iso.datetime(),
  ended: z.iso.datetime().optional(),
});
/** A session's record. */
export type SessionRecord = z.infer<typeof sessionRecord>;

/** A session in the lake: its directory and record. */
export interface Session {
  /** Digdag's status directory of this session. */
  dir: string;
  record: SessionRecord;
}

/** The successive sessions of one workflow and dump month in a lake. */
export interface SessionLine {
  lake: string;
  workflow: string;
  dumpMonth: string | undefined;
}

/** Digdag's `--save` directory, in which each session has its own directory. */
export function statusDirectory(line: SessionLine): string {
  return join(lakePaths(line.lake).digdagStatus, line.workflow, line.dumpMonth ?? NO_MONTH);
}

/** Lock held by the launcher that runs a session of this line. */
export function sessionLock(line: SessionLine): string {
  return join(lakePaths(line.lake).locks, `digdag.${line.workflow}.${line.dumpMonth ?? NO_MONTH}.lock`);
}

/** The directory that Digdag creates for a session time in UTC. */
export function sessionDirectory(line: SessionLine, time: Date): string {
  const compact = time.toISOString().slice(0, 19).replace(/[-:]/g, "");
  return join(statusDirectory(line), `${compact}+0000`);
}

/** Directory for Digdag's temporary files, removed when the session's process has ended. */
export function sessionTemporary(session: Session): string {
  return join(session.dir, TEMPORARY);
}

/** Directory in which running scripts of a session write their progress. */
export function progressDirectory(session: Session): string {
  return join(sessionTemporary(session), "progress");
}

/** The sessions of a line, oldest first. */
export async function sessionsOf(line: SessionLine): Promise<Session[]> {
  return readSessions(statusDirectory(line));
}

/**
 * The sessions of all workflows of a lake.
 * @param onUnreadable gets the error of a record that cannot be read, and the others are returned; without it the first
 *   such error is thrown
 */
export async function allSessions(lake: string, onUnreadable = rethrow): Promise<Session[]> {
  const root = lakePaths(lake).digdagStatus;
  const found: Session[] = [];
  for (const workflow of await namesIn(root)) {
    for (const month of await namesIn(join(root, workflow))) {
      found.push(...(await readSessions(join(root, workflow, month), onUnreadable)));
    }
  }
  return found;
}

async function readSessions(directory: string, onUnreadable = rethrow): Promise<Session[]> {
  const found: Session[] = [];
  for (const name of await namesIn(directory)) {
    const dir = join(directory, name);
    try {
      const record = await readJsonIfThere(join(dir, SESSION_FILE), sessionRecord);
      if (record !== undefined) found.push({ dir, record });
    } catch (error) {
      onUnreadable(error);
    }
  }
  return found;
}

function rethrow(error: unknown): void {
  throw error;
}

/** Writes the record of a session, creating its directory if needed. */
export async function writeSession(session: Session): Promise<void> {
  await makeDirectory(session.dir);
  await writeJsonFile(join(session.dir, SESSION_FILE), sessionRecord.parse(session.record));
}

/** Removes the records of finished tasks, so that all of them run again. */
export async function forgetDoneTasks(session: Session): Promise<void> {
  for (const name of await statusFiles(session.dir)) await removeTree(join(session.dir, name));
}

/**
 * Removes status files that would disturb a resumed session: those of `_error:`, which would prevent it from reporting a second
 * failure, and those left half-written by a killed process.
 */
export async function dropUnusableStatus(
  session: Session,
  isWhole: (path: string) => Promise<boolean>,
): Promise<void> {
  for (const name of await statusFiles(session.dir)) {
    const path = join(session.dir, name);
    const reportsFailure = /\^(error|failure-alert)/.test(name);
    if (reportsFailure || !(await isWhole(path))) await removeTree(path);
  }
}

async function statusFiles(dir: string): Promise<string[]> {
  return (await namesIn(dir)).filter((name) => name.endsWith(".yml"));
}

/** Closes the sessions of a discarded run, so that none is resumed. Returns their number. ExpectedError when one is running. */
export async function forgetSessions(lake: string, runId: string): Promise<number> {
  const sessions = (await allSessions(lake)).filter(
    ({ record }) => record.run_id === runId && record.state === "unfinished",
  );
  for (const { record } of sessions) {
    const line = { lake, workflow: record.workflow, dumpMonth: record.dump_month };
    const owner = liveOwner(sessionLock(line));
    if (owner !== undefined) {
      throw new ExpectedError(`run ${runId} is in use by ${ownerText(owner)}: end that process first`);
    }
  }
  for (const { dir, record } of sessions) {
    await writeSession({ dir, record: { ...record, state: "discarded", ended: new Date().toISOString() } });
  }
  return sessions.length;
}
