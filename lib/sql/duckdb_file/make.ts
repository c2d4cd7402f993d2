import { chmod, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { quotedString } from "@duckdb/node-api";
import { ExpectedError, extended, oneLine, withCleanup } from "../../cli/errors.ts";
import type { Logger } from "../../cli/log.ts";
import { withState } from "../../cli/system_error.ts";
import type { TableDeclaration } from "../../datasets/types.ts";
import { kindOf, makeDirectory, syncPath } from "../../files/files.ts";
import { assertWritable } from "../../files/guard.ts";
import { duckdbFileLockPath, lakePaths } from "../../files/paths.ts";
import { parseRunId } from "../../files/run_id.ts";
import { temporaryDirectory } from "../../files/temporary_directory.ts";
import { waitAloud, withLockAfter } from "../../files/waiting_lock.ts";
import { datasetsIn } from "../../lake/datasets_in.ts";
import { readManifest } from "../../lake/manifest.ts";
import { requireActiveRun } from "../../promotion/active.ts";
import { afterSwitch } from "../../promotion/switch_state.ts";
import { openLakeSession } from "../duckdb/open.ts";
import type { DuckDbSession } from "../duckdb/session.ts";
import { lackOf, unreadable } from "../duckdb/table_sql.ts";
import { fileStatements, type ShownRun } from "./statements.ts";

/** DuckDB's name for the file while it is built. */
const DATABASE = "made";
/** The oldest storage version that DuckDB still writes: views need nothing newer. */
const STORAGE_VERSION = "v0.10.2";
/** Building the file takes a second. */
const WAIT_MS = 5 * 60_000;
const READ_ONLY = 0o444;

/** A built file. */
export interface MadeFile {
  path: string;
  runId: string;
  /** Names of its views. */
  views: string[];
}

/**
 * Builds the `discogs.duckdb` of a lake: views with short names on the files of the active run, by the run's own path. Replaces
 * the previous file by rename, so that programs keep the one they have open. If the link is switched meanwhile, builds it again.
 * If it can't be built, keeps the previous file if it shows the active run, and otherwise removes it.
 * @throws ExpectedError if no run is active, or the run's files can't be read
 */
export async function makeDuckdbFile(lake: string, log: Pick<Logger, "info">): Promise<MadeFile> {
  const root = resolve(lake);
  const waiting = waitAloud(WAIT_MS, log);
  let isMade = false;
  const make = async () => {
    const made = await removingOutdated(root, () => madeForActive(root));
    isMade = true;
    return made;
  };
  try {
    return await withLockAfter(duckdbFileLockPath(root), "making discogs.duckdb", waiting, make);
  } catch (error) {
    // Another process that holds the lock is building the file.
    if (isMade || error instanceof ExpectedError) throw error;
    return removingOutdated(root, () => Promise.reject(error));
  }
}

async function madeForActive(root: string): Promise<MadeFile> {
  for (;;) {
    const made = await replaceFile(root);
    if ((await requireActiveRun(root)).runId === made.runId) return made;
  }
}

/** Runs `make`. If it fails, removes the previous file unless it shows the active run. */
async function removingOutdated<T>(root: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    throw withEnd(error, await removeOutdated(root));
  }
}

/**
 * The same after `active` was switched, which is kept if the file can't be built.
 * @throws CheckFailedError with the next step, even for what would otherwise be bad input
 */
export async function makeDuckdbFileAfterSwitch(lake: string, log: Pick<Logger, "info">): Promise<void> {
  try {
    await makeDuckdbFile(lake, log);
  } catch (error) {
    throw afterSwitch(
      error,
      "discogs.duckdb was not built (active is switched; run bin/lake make_duckdb_file)",
    );
  }
}

async function replaceFile(root: string): Promise<MadeFile> {
  const { duckdbFile: path } = lakePaths(root);
  const { runId, dir } = await requireActiveRun(root);
  assertWritable(path, { entry: true });
  const temporary = await temporaryDirectory(root, "discogs.duckdb");
  const replace = async () => {
    await makeDirectory(temporary.path);
    const made = join(temporary.path, "discogs.duckdb");
    const views = await fill(made, root, await shownRun(runId, dir), dir);
    await chmod(made, READ_ONLY);
    await syncPath(made);
    await rm(walOf(path), { force: true });
    await rename(made, path);
    await syncPath(root);
    return { path, runId, views };
  };
  return withCleanup(replace, () => temporary.remove());
}

/** Creates the database file at `path`, complete and closed, without a write-ahead file. */
async function fill(path: string, root: string, run: ShownRun, dir: string): Promise<string[]> {
  const datasets = await datasetsIn(dir);
  requireFiles(run, dir, datasets);
  const { views, statements } = fileStatements(DATABASE, run, dir, datasets);
  const session = await openLakeSession(root, { threads: 1 });
  const write = async () => {
    await session.run(`ATTACH ${quotedString(path)} AS ${DATABASE} (STORAGE_VERSION '${STORAGE_VERSION}')`);
    // One transaction: creating a view fails if the run can't be read, and only the end of it writes.
    await session.run("BEGIN TRANSACTION");
    await createViews(session, run, statements);
    await session.run("COMMIT");
    // Without it, the changes would still be in the write-ahead file.
    await session.run(`CHECKPOINT ${DATABASE}`);
    await session.run(`DETACH ${DATABASE}`);
  };
  await withCleanup(write, () => session.close());
  return views;
}

async function createViews(
  session: DuckDbSession,
  { runId }: ShownRun,
  statements: readonly string[],
): Promise<void> {
  try {
    for (const statement of statements) await session.run(statement);
  } catch (error) {
    throw unreadable(`run ${runId}`, error);
  }
}

/** @throws ExpectedError that names the first dataset whose directory is missing or has no Parquet file */
function requireFiles({ runId }: ShownRun, dir: string, datasets: readonly TableDeclaration[]): void {
  for (const { directory } of datasets) {
    const lack = lackOf(join(dir, directory), "parquet");
    if (lack !== undefined) throw new ExpectedError(`run ${runId} can't be read: ${lack}`);
  }
}

async function shownRun(runId: string, dir: string): Promise<ShownRun> {
  const dumpDate = (await readManifest(dir))?.dump_date;
  return { runId, dumpMonth: parseRunId(runId)?.dumpMonth, dumpDate };
}

/** Removes the previous file unless it shows the active run; returns the outcome, or nothing if there was none. */
async function removeOutdated(root: string): Promise<string | undefined> {
  const { duckdbFile: path } = lakePaths(root);
  if ((await kindOf(path)) === undefined) return undefined;
  if (await showsActive(root, path)) return `${path}, which shows the same run, was left unchanged`;
  try {
    for (const file of [walOf(path), path]) await rm(file, { force: true });
    return `${path}, which may show another run, was removed`;
  } catch (error) {
    return `${path} may show another run, and can't be removed: ${oneLine(error)}`;
  }
}

/** Whether the file shows the active run; false if either can't be read, whatever the reason. */
async function showsActive(root: string, path: string): Promise<boolean> {
  try {
    const { runId } = await requireActiveRun(root);
    const session = await openLakeSession(root, { threads: 1 });
    const shown = async () => {
      await session.run(`ATTACH ${quotedString(path)} AS ${DATABASE} (READ_ONLY)`);
      return (await session.run(`SELECT run_id FROM ${DATABASE}.run`)).getRowsJS();
    };
    return (await withCleanup(shown, () => session.close()))[0]?.[0] === runId;
  } catch {
    return false;
  }
}

function withEnd(error: unknown, end: string | undefined): unknown {
  if (end === undefined) return error;
  return error instanceof ExpectedError ? extended(error, end) : withState(error, end);
}

/** Left next to a database file by a program that wrote to it without closing it. */
const walOf = (path: string) => `${path}.wal`;
