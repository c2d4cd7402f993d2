import { realpathSync } from "node:fs";
import { copyFile, rename } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { CheckFailedError, ExpectedError } from "../cli/errors.ts";
import { type Logger, silentLogger } from "../cli/log.ts";
import { withState } from "../cli/system_error.ts";
import {
  hashFile,
  kindOf,
  makeDirectory,
  namesIn,
  publishDirectory,
  syncPath,
  writeJsonFile,
} from "../files/files.ts";
import { assertWritable } from "../files/guard.ts";
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
import { type Manifest, manifestSha256, readManifest } from "../lake/manifest.ts";
import type { RecordedManifest } from "../lake/manifest_problems.ts";
import { holdRun } from "../lake/run_lock.ts";
import { namedRun, readActive } from "../promotion/active.ts";
import { requireFinishedRun } from "../promotion/promotable.ts";
import { promotedManifest } from "../promotion/promoted_manifest.ts";
import { bytesOf, copyRun, copyTree, removeLeft, requireSame } from "./copy_run.ts";

/** What archiving does, in this order; the run leaves its place in the step before the last. */
export type ArchiveStep = "copied" | "verified" | "published" | "recorded" | "aside" | "removed";

/** What archiving a run takes. */
export interface ArchiveOptions {
  log?: Logger;
  /** What is known of the run's manifest besides promotions.jsonl, e.g. by the registry. */
  recorded?: readonly RecordedManifest[];
  /** Called after each step: where a test interrupts. */
  afterStep?: (step: ArchiveStep) => void | Promise<void>;
}

/** What was moved, and where. */
export interface Archived {
  outcome: "archived" | "archived already";
  record: ArchiveRecord;
}

/**
 * Moves a sealed run out of the lake: copies it to `<to>/<run id>`, verifies the copy by the manifest, keeps manifest
 * and reports in `_meta/archive/<run id>/`, and only then removes the run. Interrupted at any point, the lake has the run
 * in whole or there is a verified copy, and the same call finishes. ExpectedError or CheckFailedError for the active run,
 * one that is not sealed, and a copy that does not verify: the run is then where it was.
 */
export async function archiveRun(
  lake: string,
  runId: string,
  to: string,
  options: ArchiveOptions = {},
): Promise<Archived> {
  const what = `archiving run ${requireRunId(runId)}`;
  try {
    // Nobody switches `active` to the run meanwhile.
    return await holdRun(lake, runId, what, () =>
      withLock(promotionLockPath(lake), what, () => archive(lake, runId, to, options)),
    );
  } catch (error) {
    const isThere = (await kindOf(sealedDir(lake, runId))) !== undefined;
    throw withState(
      error,
      `run ${runId} is ${isThere ? "still in the lake" : "archived"}: repeat the command when that is mended`,
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
    if (record !== undefined) return { outcome: "archived already", record: await finish(lake, record) };
  }
  const { dir, manifest } = await requireArchivable(lake, runId);
  await requireTarget(lake, to);
  const parent = resolve(to);
  const copy = join(parent, runId);
  const known = [...recorded, ...(await promotedManifest(lake, runId))];
  if ((await kindOf(copy)) === undefined) {
    const bytes = bytesOf(manifest);
    await copyRun({ runId, from: dir, parent, what: "archiving", bytes, recorded: known, log, afterStep });
  } else {
    await requireSame(dir, await withReports(dir, copy), { runId, recorded: known, log });
  }
  await afterStep("published");
  const record = await writeRecord(lake, runId, copy, manifest);
  await afterStep("recorded");
  await removeRun(lake, runId, copy, afterStep);
  return { outcome: "archived", record };
}

/** Removes what an interrupted call left of a run that is archived, where the copy that it was verified with is there. */
async function finish(lake: string, record: ArchiveRecord): Promise<ArchiveRecord> {
  const { run_id: runId, location, manifest_sha256: sha256 } = record;
  if ((await manifestSha256(location)) === sha256) {
    await removeLeft(lakePaths(lake).runs, asideName(runId));
    return record;
  }
  throw new ExpectedError(`run ${runId} is archived, but its copy is not in ${location}: mount its disk`);
}

async function requireArchivable(lake: string, runId: string): Promise<{ dir: string; manifest: Manifest }> {
  if (namedRun(await readActive(lake)) === runId) {
    throw new ExpectedError(
      `run ${runId} is active, and the active run is never archived: promote another one first`,
    );
  }
  const { dir } = await requireFinishedRun(lake, runId);
  if ((await kindOf(dir)) !== "directory") {
    throw new ExpectedError(`${dir} is a symbolic link: the data of run ${runId} is elsewhere already`);
  }
  const manifest = await readManifest(dir);
  if (manifest !== undefined) return { dir, manifest };
  throw new ExpectedError(
    `run ${runId} has no manifest, so that a copy can't be verified, and it stays in the lake`,
  );
}

async function requireTarget(lake: string, to: string): Promise<void> {
  if ((await kindOf(`${to}/.`)) !== "directory") {
    throw new ExpectedError(`${to} is not a directory: mount the disk, or make the directory first`);
  }
  const [target, root] = [realpathSync(to), realpathSync(lake)];
  if (target !== root && !target.startsWith(`${root}${sep}`)) return;
  throw new ExpectedError(`${to} is in the lake, and an archive is outside of it`);
}

/** An earlier copy, with the reports that the run has got since. */
async function withReports(dir: string, copy: string): Promise<string> {
  const [from, to] = [inRun.reports(dir), inRun.reports(copy)];
  const there = new Set(await namesIn(to));
  for (const name of (await namesIn(from)).filter((each) => !there.has(each))) {
    await copyFile(join(from, name), join(to, name));
    await syncPath(join(to, name));
  }
  return copy;
}

/** What the lake keeps of the run: manifest, reports, and where the rest is. It appears in whole or not at all. */
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
  await copyTree(inRun.reports(copy), inRun.reports(temporary), silentLogger);
  await copyFile(inRun.manifest(copy), inRun.manifest(temporary));
  const record: ArchiveRecord = {
    run_id: runId,
    location: copy,
    manifest_sha256: (await hashFile(inRun.manifest(temporary))).sha256,
    bytes: bytesOf(manifest),
    archived: new Date().toISOString(),
  };
  await writeJsonFile(inRun.archiveRecord(temporary), record);
  await publishDirectory(temporary, archivedDir(lake, runId), { replace: true });
  return record;
}

/** Removes the run, renamed first, so that half of it is never taken for a run. */
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
  // From now on nobody finds its `_reports`, to which a report may have been added since they were copied.
  const copied = new Set(await namesIn(inRun.reports(copy)));
  const added = (await namesIn(inRun.reports(aside))).find((name) => !copied.has(name));
  if (added !== undefined) {
    await rename(aside, dir);
    throw new CheckFailedError(`run ${runId} got the report ${added} meanwhile: repeat the command`);
  }
  await afterStep("aside");
  await removeLeft(runs, asideName(runId));
  await syncPath(runs);
  await afterStep("removed");
}

/** Begins the name of a run's directory that is being removed. */
const asideName = (runId: string) => `${TEMPORARY_PREFIX}archived.${runId}.`;
