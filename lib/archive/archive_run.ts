import { realpathSync } from "node:fs";
import { copyFile, rename } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { CheckFailedError, ExpectedError } from "../cli/errors.ts";
import { type Logger, silentLogger } from "../cli/log.ts";
import { withState } from "../cli/system_error.ts";
import {
  hashFile,
  isDirectory,
  kindOf,
  makeDirectory,
  namesIn,
  publishDirectory,
  syncPath,
  writeJsonFile,
} from "../files/files.ts";
import { assertWritable } from "../files/guard.ts";
import { halfMade } from "../files/half_made.ts";
import { withLock } from "../files/lock.ts";
import {
  archivedDir,
  inRun,
  lakePaths,
  promotionLockPath,
  sealedDir,
  TEMPORARY_PREFIX,
  temporaryName,
} from "../files/paths.ts";
import { requireRunId } from "../files/run_id.ts";
import { type ArchiveRecord, readArchiveRecord } from "../lake/archived.ts";
import { datasetBytes, type Manifest, manifestSha256, readManifest } from "../lake/manifest.ts";
import type { RecordedManifest } from "../lake/manifest_problems.ts";
import { holdRun } from "../lake/run_lock.ts";
import { namedRun, readActive } from "../promotion/active.ts";
import { requireFinishedRun } from "../promotion/promotable.ts";
import { promotedManifest } from "../promotion/promoted_manifest.ts";
import { asideName, removeAside, withReports } from "./aside.ts";
import {
  copyRun,
  copyTree,
  refuseWithoutManifest,
  removeLeft,
  requireSameData,
  requireSameReports,
} from "./copy_run.ts";

/** The steps of archiving, in order; the run leaves the lake in the last but one. */
export type ArchiveStep = "copied" | "verified" | "published" | "recorded" | "aside" | "removed";

/** Options of archiving a run. */
export interface ArchiveOptions {
  log?: Logger;
  /** What is known of the run's manifest apart from promotions.jsonl, e.g. from the registry. */
  recorded?: readonly RecordedManifest[];
  /** Called after each step; tests interrupt here. */
  afterStep?: (step: ArchiveStep) => void | Promise<void>;
}

/** What was moved where. */
export interface Archived {
  outcome: "archived" | "already archived";
  record: ArchiveRecord;
}

/**
 * Moves a sealed run out of the lake: copies it to `<to>/<run id>`, verifies the copy by the manifest, keeps manifest and
 * reports in `_meta/archive/<run id>/`, and only then removes the run. If interrupted at any point, either the lake has the
 * whole run or there is a verified copy, and the same call resumes. Throws an ExpectedError or CheckFailedError for the active
 * run, an unsealed run, or a copy that fails verification; the run then stays in place.
 */
export async function archiveRun(
  lake: string,
  runId: string,
  to: string,
  options: ArchiveOptions = {},
): Promise<Archived> {
  const what = `archiving run ${requireRunId(runId)}`;
  try {
    // Prevents switching `active` to the run meanwhile.
    return await holdRun(lake, runId, what, () =>
      withLock(promotionLockPath(lake), what, () => archive(lake, runId, to, options)),
    );
  } catch (error) {
    const isThere = (await kindOf(sealedDir(lake, runId))) !== undefined;
    throw withState(
      error,
      `run ${runId} is ${isThere ? "still in the lake" : "archived"}: fix the error, then repeat the command`,
    );
  }
}

async function archive(
  lake: string,
  runId: string,
  to: string,
  { log = silentLogger, recorded = [], afterStep = () => {} }: ArchiveOptions,
): Promise<Archived> {
  if ((await kindOf(sealedDir(lake, runId))) === undefined) {
    const record = await readArchiveRecord(lake, runId);
    if (record !== undefined) return { outcome: "already archived", record: await finish(lake, record) };
  }
  const { dir, manifest } = await requireArchivable(lake, runId);
  await requireTarget(lake, to);
  const parent = resolve(to);
  const copy = join(parent, runId);
  const known = [...recorded, ...(await promotedManifest(lake, runId))];
  if ((await kindOf(copy)) === undefined) {
    const bytes = datasetBytes(manifest);
    await copyRun({ runId, from: dir, parent, what: "archiving", bytes, recorded: known, log, afterStep });
  } else {
    await requireSameData(dir, copy, { runId, recorded: known, log });
    await requireSameReports(dir, await withReports(dir, copy));
  }
  await afterStep("published");
  const record = await writeRecord(lake, runId, copy, manifest);
  await afterStep("recorded");
  await removeRun(lake, runId, copy, afterStep);
  return { outcome: "archived", record };
}

/** Removes what an interrupted call left of an archived run, if its verified copy exists. */
async function finish(lake: string, record: ArchiveRecord): Promise<ArchiveRecord> {
  const { run_id: runId, location, manifest_sha256: sha256 } = record;
  await refuseWithoutManifest(lake, runId, location);
  const found = await manifestSha256(location);
  if (found === undefined) {
    throw new ExpectedError(`run ${runId} is archived, but its copy is not in ${location}: mount its disk`);
  }
  if (found !== sha256) {
    const kept = inRun.manifest(archivedDir(lake, runId));
    throw new ExpectedError(
      `run ${runId} is archived, but its copy in ${location} has another manifest.json than ${kept}: ` +
        "mount its disk, or copy that manifest there if the rest is its data",
    );
  }
  await removeAside(lakePaths(lake).runs, runId, [location, archivedDir(lake, runId)]);
  return record;
}

async function requireArchivable(lake: string, runId: string): Promise<{ dir: string; manifest: Manifest }> {
  if (namedRun(await readActive(lake)) === runId) {
    throw new ExpectedError(
      `run ${runId} is active, and the active run cannot be archived: promote another one first`,
    );
  }
  const { dir } = await requireFinishedRun(lake, runId);
  if ((await kindOf(dir)) !== "directory") {
    throw new ExpectedError(`${dir} is a symbolic link: the data of run ${runId} is already elsewhere`);
  }
  const manifest = await readManifest(dir);
  if (manifest !== undefined) return { dir, manifest };
  throw new ExpectedError(`run ${runId} has no manifest to verify a copy with, so it cannot be archived`);
}

async function requireTarget(lake: string, to: string): Promise<void> {
  if (!(await isDirectory(to))) {
    throw new ExpectedError(`${to} is not a directory: mount the disk, or create the directory first`);
  }
  const target = realpathSync(to);
  const { root, runs, meta } = lakePaths(lake);
  // `_runs` and `_meta` may be links to other disks.
  const own = [root, runs, meta].map((path) => realpathSync(path));
  if (!own.some((path) => `${target}${sep}`.startsWith(`${path}${sep}`))) return;
  throw new ExpectedError(`${to} is inside the lake: choose a directory outside of it`);
}

/** Keeps manifest, reports and the place of the copy in the lake. Published atomically. */
async function writeRecord(
  lake: string,
  runId: string,
  copy: string,
  manifest: Manifest,
): Promise<ArchiveRecord> {
  const { archive: parent } = lakePaths(lake);
  await makeDirectory(parent);
  await removeLeft(parent, `${TEMPORARY_PREFIX}${runId}.`);
  const temporary = join(parent, temporaryName(runId));
  const isDone = halfMade(temporary);
  try {
    await copyTree(inRun.reports(copy), inRun.reports(temporary), silentLogger);
    await copyFile(inRun.manifest(copy), inRun.manifest(temporary));
    const record: ArchiveRecord = {
      run_id: runId,
      location: copy,
      manifest_sha256: (await hashFile(inRun.manifest(temporary))).sha256,
      bytes: datasetBytes(manifest),
      archived: new Date().toISOString(),
    };
    await writeJsonFile(inRun.archiveRecord(temporary), record);
    await publishDirectory(temporary, archivedDir(lake, runId), { replace: true });
    return record;
  } finally {
    isDone();
  }
}

/** Removes the run, after renaming it so that a partly removed run is never taken for a run. */
async function removeRun(
  lake: string,
  runId: string,
  copy: string,
  afterStep: NonNullable<ArchiveOptions["afterStep"]>,
): Promise<void> {
  const dir = sealedDir(lake, runId);
  const { runs } = lakePaths(lake);
  const aside = join(runs, `${asideName(runId)}${process.pid}`);
  assertWritable(dir, { entry: true, archivedFrom: lake });
  await rename(dir, aside);
  await syncPath(runs);
  // From here on no one can add to its `_reports`; a report may have been added since they were copied.
  const copied = new Set(await namesIn(inRun.reports(copy)));
  const added = (await namesIn(inRun.reports(aside))).find((name) => !copied.has(name));
  if (added !== undefined) {
    await rename(aside, dir);
    throw new CheckFailedError(`report ${added} was added to run ${runId} meanwhile: repeat the command`);
  }
  await afterStep("aside");
  await removeLeft(runs, asideName(runId));
  await syncPath(runs);
  await afterStep("removed");
}
