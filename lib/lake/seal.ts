import { lstat, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { CheckFailedError, ExpectedError } from "../cli/errors.ts";
import { type Logger, silentLogger } from "../cli/log.ts";
import { withState } from "../cli/system_error.ts";
import { allTables } from "../datasets/index.ts";
import {
  changeMode,
  kindOf,
  namesIn,
  removeTree,
  syncPath,
  syncTree,
  writeJsonFile,
} from "../files/files.ts";
import { assertWritable } from "../files/guard.ts";
import { buildingDir, inRun, lakePaths, sealedDir, TEMPORARY_PREFIX } from "../files/paths.ts";
import { removeLeftovers } from "../files/temporary_file.ts";
import { openBuilding, type RunFile, withRunLock } from "./building.ts";
import { datasetName } from "./done.ts";
import { buildManifest, type Manifest, readManifest } from "./manifest.ts";
import { manifestProblems, type RecordedManifest } from "./manifest_problems.ts";
import { datasetsOfRun } from "./run_datasets.ts";
import { runProblems, strangers, type VerifyOptions } from "./verify.ts";

/** The steps of sealing, in order. After the second step, only sealing can continue with the run. */
export type SealStep = "manifest" | "run file" | "records" | "sync" | "write bits" | "rename";

/** How a run is sealed, and where a test may interrupt it. */
export interface SealOptions {
  log?: Logger;
  /** Called after each step, so that a test can interrupt. */
  afterStep?: (step: SealStep) => void;
}

const WRITE_BITS = 0o222;

/**
 * Seals a run: writes its manifest, flushes it to disk, removes the write permissions and renames it to `_runs/<run
 * id>/`. Called again after an interruption at any point, it finishes. A sealed run is only verified. CheckFailedError
 * when the run is incomplete, untested, or does not verify.
 */
export async function sealRun(
  lake: string,
  runId: string,
  { log = silentLogger, afterStep = () => {} }: SealOptions = {},
): Promise<{ manifest: Manifest; wasSealed: boolean }> {
  const sealed = sealedDir(lake, runId);
  if ((await kindOf(sealed)) !== undefined) {
    const manifest = await verifiedManifest(sealed, runId, { log });
    await syncPath(lakePaths(lake).runs);
    return { manifest, wasSealed: true };
  }
  const sealing = async () => {
    const dir = buildingDir(lake, runId);
    const manifest = await preparedManifest(lake, runId, log);
    afterStep("manifest");
    await removeTree(inRun.runFile(dir));
    afterStep("run file");
    await removeTree(inRun.done(dir));
    await removeTree(inRun.checked(dir));
    afterStep("records");
    await syncTree(dir);
    afterStep("sync");
    await removeWriteBits(dir);
    afterStep("write bits");
    assertWritable(sealed, { entry: true });
    await rename(dir, sealed);
    afterStep("rename");
    await syncPath(lakePaths(lake).runs);
    return { manifest, wasSealed: false };
  };
  try {
    return await withRunLock(lake, runId, `sealing run ${runId}`, sealing);
  } catch (error) {
    const isSealed = (await kindOf(sealed)) !== undefined;
    const state = isSealed ? "is sealed, but possibly not flushed to disk" : "is not sealed yet";
    throw withState(error, `run ${runId} ${state}: fix the cause and repeat the command`);
  }
}

/**
 * The manifest of a run, after the whole run was compared with it, and the manifest with records of it elsewhere.
 * CheckFailedError names the differences.
 */
export async function verifiedManifest(
  dir: string,
  runId: string,
  options: VerifyOptions & { recorded?: readonly RecordedManifest[] } = {},
): Promise<Manifest> {
  const manifest = await readManifest(dir);
  if (manifest === undefined) throw new ExpectedError(`${dir} has no manifest.json, so it can't be verified`);
  const problems = await manifestProblems(dir, runId, manifest, options.recorded ?? []);
  problems.push(...(await runProblems(dir, manifest, options)));
  if (problems.length === 0) return manifest;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more: bin/lake verify_run ${runId})` : "";
  throw new CheckFailedError(`run ${runId} does not verify: ${problems[0]}${more}`);
}

/**
 * The manifest to seal the run with. While run.json exists, it is built from the records; afterwards an earlier attempt
 * has got further, and its manifest is the only description of the run.
 */
async function preparedManifest(lake: string, runId: string, log: Logger): Promise<Manifest> {
  const dir = buildingDir(lake, runId);
  if ((await kindOf(dir)) !== undefined) await preparePlainTree(dir);
  if ((await kindOf(inRun.runFile(dir))) === undefined && (await kindOf(inRun.manifest(dir))) !== undefined) {
    return verifiedManifest(dir, runId, { log, ignore: ["_done", "_checked"] });
  }
  const building = await openBuilding(lake, runId);
  await refuseStrangers(dir, building.run);
  const manifest = await buildManifest(building);
  await writeJsonFile(inRun.manifest(dir), manifest);
  return manifest;
}

async function refuseStrangers(dir: string, run: RunFile): Promise<void> {
  const ours = ["_reports", "_done", "_checked", "run.json", "manifest.json"];
  const optional = allTables.filter(({ kind }) => kind === "optional");
  const directories = [...datasetsOfRun(run), ...optional].map(({ directory }) => directory);
  const names = directories.map((directory) => `${datasetName(directory)}.json`);
  const records = names.flatMap((name) => [`_done/${name}`, `_checked/${name}`]);
  const known = new Set([...ours, ...records, ...directories]);
  const [stranger] = [...(await strangers(dir, known)), ...(await directoriesOfReports(dir))];
  if (stranger === undefined) return;
  throw new CheckFailedError(
    `${join(dir, stranger)} does not belong to a run: move it away, then seal again`,
  );
}

/** Directories among the reports, which are files. */
async function directoriesOfReports(dir: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await namesIn(inRun.reports(dir))) {
    if ((await kindOf(join(inRun.reports(dir), name))) === "directory") found.push(`_reports/${name}`);
  }
  return found;
}

async function preparePlainTree(dir: string): Promise<void> {
  const reports = inRun.reports(dir);
  if ((await kindOf(reports)) === "directory") await removeLeftovers(reports, TEMPORARY_PREFIX);
  await refuseLinks(dir);
}

/**
 * CheckFailedError when a run contains anything but directories and files of its own: sealing would affect files
 * outside.
 */
async function refuseLinks(path: string): Promise<void> {
  const stat = await lstat(path);
  if (stat.isDirectory()) {
    for (const name of await readdir(path)) await refuseLinks(join(path, name));
    return;
  }
  if (stat.isFile() && stat.nlink === 1) return;
  const what = stat.isFile() ? "a file with a second name (hard link)" : "neither a file nor a directory";
  const kind = stat.isSymbolicLink() ? "a symbolic link" : what;
  throw new CheckFailedError(`${path} is ${kind}, which a sealed run never contains: replace it with a copy`);
}

/** Removes all write permissions except those of the `_reports` directory, where later reports are added. */
export async function removeWriteBits(path: string): Promise<void> {
  const stat = await lstat(path);
  if (stat.isDirectory()) {
    for (const name of await readdir(path)) await removeWriteBits(join(path, name));
  }
  if (!path.endsWith("/_reports")) await changeMode(path, stat.mode & 0o7777 & ~WRITE_BITS);
}
