import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { basename, dirname, isAbsolute, join, sep } from "node:path";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import { isRunId } from "./run_id.ts";

const MAX_LINKS = 40;
/** Entries next to `_runs` in a lake that only their own functions may change. */
const OF_A_LAKE: ReadonlySet<string> = new Set(["active", "discogs.duckdb", "_meta"]);
/** Directories of runs and of the history to which results may be added. */
const FOR_REPORTS: ReadonlySet<string> = new Set(["_reports", "reports"]);

/** A kind of write that the guard allows or refuses. */
export interface WriteKind {
  /**
   * The write replaces or removes the directory entry itself (rename, unlink), so a link at the end of the path is not followed.
   * Otherwise the write goes to the link's target.
   */
  entry?: boolean;
  /**
   * The lake from which the run at this path is removed as a whole because it is archived, the only way to remove a sealed run.
   * Allowed if the lake has the record of its verified copy, never for the active run.
   */
  archivedFrom?: string;
}

/**
 * Refuses a write into a sealed run, whoever the user is: ExpectedError unless `path` is outside of every `_runs/<run id>/`, or
 * a new file directly in its `_reports/`, or that directory itself if missing. Symlinks, including `active`, are followed. The
 * name of a run that does not exist yet is allowed: sealing renames to it. Every write into a lake is checked here first. Links
 * below `_runs` and `_meta` are refused as well.
 */
export function assertWritable(path: string, kind: WriteKind = {}): void {
  for (const stage of stagesOf(path, kind.entry === true)) {
    refuseLinkInLake(stage, kind.entry === true);
    const place = placeInRun(stage);
    if (place === undefined || isFree(place)) continue;
    if (kind.archivedFrom === undefined || !mayLeave(place, kind.archivedFrom)) {
      throw new ExpectedError(`${path} is in the sealed run ${place.runId}, which is never changed`);
    }
  }
}

/**
 * The same for the result of a query, which goes where the reader says: it must not replace a file that the lake needs either.
 * In `_runs` and `_meta`, results may only be added to the directories for reports.
 */
export function assertResult(path: string): void {
  assertWritable(path, { entry: true });
  for (const stage of stagesOf(path, true)) {
    const lake = FOR_REPORTS.has(basename(dirname(stage))) ? undefined : lakeOwning(stage);
    if (lake !== undefined) {
      throw new ExpectedError(`${path} belongs to the lake ${lake}: write the result elsewhere`);
    }
  }
}

/** The lake to whose own entries a path belongs. */
function lakeOwning(path: string): string | undefined {
  const segments = path.split(sep);
  const rootOf = (end: number) => segments.slice(0, end).join(sep) || sep;
  const entry = segments.findIndex(
    (name, i) => i > 0 && (OF_A_LAKE.has(name) || name === "_runs") && existsSync(join(rootOf(i), "_runs")),
  );
  return entry < 0 ? undefined : rootOf(entry);
}

/**
 * The same as {@link assertWritable} for a directory to be removed or replaced as a whole: it must not contain sealed runs
 * either, and must not be the lake's `active` link, `discogs.duckdb` or `_meta`.
 */
export function assertRemovable(path: string): void {
  assertWritable(path, { entry: true });
  if (OF_A_LAKE.has(basename(path)) && existsSync(join(dirname(path), "_runs"))) {
    throw new ExpectedError(`${path} belongs to the lake and must not be removed or replaced`);
  }
  const holdsRuns = basename(path) === "_runs" || existsSync(join(path, "_runs"));
  if (holdsRuns && !isLink(path)) {
    throw new ExpectedError(`${path} holds the runs of a lake and must not be removed or replaced`);
  }
}

/**
 * A lake, its `_runs` and `_meta`, and a sealed run may be links to other disks, but nothing inside them: the link's target,
 * outside of the lake, would be written, sealed or removed.
 */
function refuseLinkInLake(path: string, keepLast: boolean): void {
  const segments = path.split(sep);
  const top = segments.findLastIndex((name) => name === "_runs" || name === "_meta");
  if (top < 1) return;
  for (let end = top + 1; end < segments.length - (keepLast ? 1 : 0); end++) {
    const isRun = end === top + 1 && segments[top] === "_runs" && isRunId(segments[end] ?? "");
    const place = segments.slice(0, end + 1).join(sep);
    if (!isRun && isLink(place)) {
      throw new ExpectedError(`${place} is a symbolic link, which is never written through in a lake`);
    }
  }
}

interface PlaceInRun {
  runDir: string;
  runId: string;
  /** Path segments below the run's directory. */
  inside: string[];
}

function placeInRun(path: string): PlaceInRun | undefined {
  const segments = path.split(sep);
  const index = segments.findIndex((name, i) => i > 0 && isRunId(name) && segments[i - 1] === "_runs");
  if (index < 0) return undefined;
  return {
    runDir: segments.slice(0, index + 1).join(sep),
    runId: segments[index] ?? "",
    inside: segments.slice(index + 1),
  };
}

function isFree({ runDir, inside }: PlaceInRun): boolean {
  const [folder, ...rest] = inside;
  if (folder === undefined) return !isThere(runDir);
  return folder === "_reports" && rest.length <= 1 && !isThere(join(runDir, ...inside));
}

/** Every form of the path while its symlinks are resolved; the last one has none left. */
function stagesOf(path: string, keepLast: boolean): string[] {
  const absolute = isAbsolute(path) ? path : `${process.cwd()}${sep}${path}`;
  const stages: string[] = [];
  let done: string = sep;
  let todo = absolute.split(sep).filter((name) => name !== "" && name !== ".");
  let links = 0;
  stages.push(join(done, ...todo));
  while (todo.length > 0) {
    const [name = "", ...rest] = todo;
    const next = name === ".." ? dirname(done) : join(done, name);
    const target = keepLast && rest.length === 0 ? undefined : linkTarget(next);
    if (target === undefined) {
      done = next;
      todo = rest;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) throw new ExpectedError(`${path} goes through too many symbolic links`);
    if (isAbsolute(target)) done = sep;
    todo = [...target.split(sep).filter((part) => part !== "" && part !== "."), ...rest];
    stages.push(join(done, ...todo));
  }
  stages.push(done);
  return stages;
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (hasCode(error, "EINVAL", "ENOENT", "ENOTDIR", "UNKNOWN")) return undefined;
    throw error;
  }
}

function mayLeave({ runId, inside }: PlaceInRun, lake: string): boolean {
  const record = join(lake, "_meta", "archive", runId, "archive.json");
  const active = linkTarget(join(lake, "active"));
  return inside.length === 0 && isThere(record) && (active === undefined || basename(active) !== runId);
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
