import { basename, join } from "node:path";
import { z } from "zod";
import { ExpectedError } from "../cli/errors.ts";
import { allTables } from "../datasets/index.ts";
import {
  filesBelow,
  kindOf,
  makeDirectory,
  namesIn,
  publishDirectory,
  readJsonIfThere,
  removeTree,
  writeJsonFile,
} from "../files/files.ts";
import { halfMade } from "../files/half_made.ts";
import { buildingDir, inRun, lakePaths, sealedDir, TEMPORARY_PREFIX, temporaryName } from "../files/paths.ts";
import { requireRunId } from "../files/run_id.ts";
import { inDirectory } from "../files/writable.ts";
import { archivedHint } from "./archived.ts";
import { datasetName } from "./done.ts";
import { holdDatasets, holdRun } from "./run_lock.ts";

/** The directories of the datasets that every complete run has, in order. */
export const requiredDirectories: readonly string[] = allTables
  .filter(({ required }) => required)
  .map(({ directory }) => directory);

/** `run.json`: what a building run is made from. */
export const runFile = z.object({
  run_id: z.string(),
  dump_month: z.string(),
  /** `YYYY-MM-DD` of the dump files. */
  dump_date: z.string(),
  run_mode: z.enum(["dev", "prod"]),
  /** The workflow's parameters as given. */
  parameters: z.record(z.string(), z.unknown()),
  /** Names of the datasets to make, without the optional ones. Runs begun by an older version lack this. */
  datasets: z.array(z.string()).optional(),
  started: z.iso.datetime(),
  sources: z.array(
    z.object({ entity: z.string(), name: z.string(), path: z.string(), size: z.int().nonnegative() }),
  ),
});

/** The content of a run.json. */
export type RunFile = z.infer<typeof runFile>;

/** A run that is being built, with its directory and run.json. */
export interface BuildingRun {
  lake: string;
  runId: string;
  dir: string;
  run: RunFile;
}

/**
 * Creates the directory of a new run, which appears with its run.json or not at all, as do those of a new lake. ExpectedError
 * when the run is already sealed, archived or being built.
 */
export async function createBuilding(lake: string, run: RunFile): Promise<BuildingRun> {
  const { locks, runs } = lakePaths(lake);
  return inDirectory(locks, () => inDirectory(runs, () => create(lake, run)));
}

async function create(lake: string, run: RunFile): Promise<BuildingRun> {
  const runId = requireRunId(run.run_id);
  const dir = buildingDir(lake, runId);
  const beginning = `begun.${runId}`;
  return holdRun(lake, runId, `beginning run ${runId}`, async () => {
    await requireNew(lake, runId);
    const { runs } = lakePaths(lake);
    for (const name of await namesIn(runs)) {
      if (name.startsWith(`${TEMPORARY_PREFIX}${beginning}.`)) await removeTree(join(runs, name));
    }
    const temporary = join(runs, temporaryName(beginning));
    const isDone = halfMade(temporary);
    try {
      await makeDirectory(inRun.reports(temporary));
      await makeDirectory(inRun.done(temporary));
      await writeJsonFile(inRun.runFile(temporary), runFile.parse(run));
      await publishDirectory(temporary, dir, { replace: true });
    } catch (error) {
      // What can't be removed now, e.g. on a failing disk, is removed by the next call.
      await removeTree(temporary).catch(() => undefined);
      throw error;
    } finally {
      isDone();
    }
    return { lake, runId, dir, run };
  });
}

/** A run that was never fully begun may hold only empty directories, left by an earlier version. */
async function requireNew(lake: string, runId: string): Promise<void> {
  const dir = buildingDir(lake, runId);
  if ((await kindOf(sealedDir(lake, runId))) !== undefined)
    throw new ExpectedError(`run ${runId} is already sealed`);
  const archived = await archivedHint(lake, runId);
  if (archived !== "") throw new ExpectedError(`run ${runId} can't be begun again: ${archived}`);
  if ((await kindOf(inRun.runFile(dir))) !== undefined) {
    throw new ExpectedError(`run ${runId} is already being built: ${dir}`);
  }
  if ((await kindOf(dir)) !== "directory") return;
  const [file] = await filesBelow(dir);
  if (file === undefined || basename(file).startsWith(TEMPORARY_PREFIX)) return;
  throw new ExpectedError(
    `${dir} has no run.json, but contains ${file}: inspect it, or remove it with bin/lake discard_run ${runId}`,
  );
}

/** Whether a building run has its run.json or, once sealing has begun, its manifest. */
export async function hasBegun(dir: string): Promise<boolean> {
  const files = [inRun.runFile(dir), inRun.manifest(dir)];
  return (await Promise.all(files.map(kindOf))).some((kind) => kind !== undefined);
}

/** Opens a run that is being built. ExpectedError when it does not exist, or sealing has begun. */
export async function openBuilding(lake: string, runId: string): Promise<BuildingRun> {
  const dir = buildingDir(lake, requireRunId(runId));
  const run = await readJsonIfThere(inRun.runFile(dir), runFile);
  if (run !== undefined) return { lake, runId, dir, run };
  if ((await kindOf(inRun.manifest(dir))) !== undefined) {
    throw new ExpectedError(`run ${runId} is being sealed: finish that with bin/lake seal_run ${runId}`);
  }
  throw new ExpectedError(`${dir} has no run.json: start the run with bin/lake preflight`);
}

/**
 * Runs `fn` while this process is the only one writing to the building run. Temporary files left by killed writers are
 * removed first. A second writer gets an ExpectedError with the pid of the first.
 */
export async function withRunLock<T>(
  lake: string,
  runId: string,
  what: string,
  fn: () => Promise<T>,
): Promise<T> {
  return holdRun(lake, runId, what, async () => {
    await removeTemporaries(buildingDir(lake, runId), TEMPORARY_PREFIX);
    return fn();
  });
}

/**
 * The same for some of the run's datasets, given by their directories: other processes may write other datasets
 * meanwhile, and their temporary files are left alone.
 */
export async function withDatasetLocks<T>(
  lake: string,
  runId: string,
  what: string,
  directories: readonly string[],
  fn: () => Promise<T>,
): Promise<T> {
  const names = directories.map(datasetName);
  return holdDatasets(lake, runId, what, names, async () => {
    for (const name of names) {
      await removeTemporaries(buildingDir(lake, runId), `${TEMPORARY_PREFIX}${name}.`);
    }
    return fn();
  });
}

/** Removes entries with these prefixes from the directories that hold a run's datasets and their records. */
async function removeTemporaries(runDir: string, beginning: string): Promise<void> {
  const places = [runDir, join(runDir, "warehouse_discogs"), inRun.done(runDir), inRun.checked(runDir)];
  for (const dir of places) {
    for (const name of await namesIn(dir)) {
      if (name.startsWith(beginning)) await removeTree(join(dir, name));
    }
  }
}
