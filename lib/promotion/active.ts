import { renameSync, symlinkSync } from "node:fs";
import { readlink, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import { isDirectory, kindOf, namesIn, removeTree, syncPath } from "../files/files.ts";
import { assertWritable } from "../files/guard.ts";
import { lakePaths, sealedDir, TEMPORARY_PREFIX, temporaryName } from "../files/paths.ts";
import { isRunId, requireRunId } from "../files/run_id.ts";
import { requireLake } from "../lake/require_lake.ts";

/** The state of `active` in a lake. */
export type ActiveState =
  | { kind: "missing" }
  /** A link to a directory `_runs/<run id>`. */
  | { kind: "run"; runId: string; dir: string }
  /** A dangling link; `runId` when it names a run of this lake. */
  | { kind: "dangling"; target: string; runId?: string }
  /** A link to something that is not a run of this lake. */
  | { kind: "elsewhere"; target: string }
  /** Not a link at all. */
  | { kind: "obstacle"; what: "directory" | "file" };

const ACTIVE_TEMPORARY = `${TEMPORARY_PREFIX}active.`;

/** Reads the state of a lake's `active`. */
export async function readActive(lake: string): Promise<ActiveState> {
  const { active, runs } = lakePaths(lake);
  const kind = await kindOf(active);
  if (kind === undefined) return { kind: "missing" };
  if (kind !== "link") return { kind: "obstacle", what: kind === "directory" ? "directory" : "file" };
  const target = await readlink(active);
  const place = resolve(lake, target);
  const inRuns = isRunId(basename(place)) && (await isSamePath(dirname(place), runs));
  const runId = inRuns ? basename(place) : undefined;
  if (!(await isDirectory(place)))
    return { kind: "dangling", target, ...(runId === undefined ? {} : { runId }) };
  return runId === undefined
    ? { kind: "elsewhere", target }
    : { kind: "run", runId, dir: sealedDir(lake, runId) };
}

/** The run that `active` names, even if that run no longer exists; undefined when it names none. */
export function namedRun(active: ActiveState): string | undefined {
  return active.kind === "run" || active.kind === "dangling" ? active.runId : undefined;
}

/** The state of `active`. ExpectedError when it is not a link, so that it can't be switched. */
export async function requireSwitchable(lake: string): Promise<Exclude<ActiveState, { kind: "obstacle" }>> {
  const active = await readActive(lake);
  if (active.kind !== "obstacle") return active;
  const path = lakePaths(lake).active;
  throw new ExpectedError(`${path} is a ${active.what}, not a link: move it away, then promote again`);
}

/** The active run. ExpectedError when `active` is not a link to a run of this lake, or there is no lake. */
export async function requireActiveRun(lake: string): Promise<{ runId: string; dir: string }> {
  const active = await requireSwitchable(lake);
  if (active.kind === "run") return active;
  if (active.kind === "missing") await requireLake(lake);
  const what =
    active.kind === "missing" ? "does not exist" : `points to ${active.target}, which is not a run`;
  throw new ExpectedError(`${lakePaths(lake).active} ${what}: promote a run first`);
}

/**
 * Points `active` to a run: a relative link is created under a temporary name and renamed over it, so that readers
 * always find either the old run or the new one.
 */
export async function switchActive(lake: string, runId: string): Promise<void> {
  const { active, root } = lakePaths(lake);
  assertWritable(active, { entry: true });
  await requireSwitchable(lake);
  for (const name of await namesIn(root)) {
    if (name.startsWith(ACTIVE_TEMPORARY)) await removeTree(join(root, name));
  }
  const temporary = join(root, temporaryName("active"));
  // Synchronous, so that no interruption arrives in between and leaves the temporary link.
  symlinkSync(`_runs/${requireRunId(runId)}`, temporary);
  renameSync(temporary, active);
  await syncPath(root);
}

async function isSamePath(a: string, b: string): Promise<boolean> {
  if (a === b) return true;
  try {
    return (await realpath(a)) === (await realpath(b));
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return false;
    throw error;
  }
}
