import { rename } from "node:fs/promises";
import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { type Logger, silentLogger } from "../cli/log.ts";
import { withState } from "../cli/system_error.ts";
import { kindOf, makeDirectory, removeTree, syncPath } from "../files/files.ts";
import { assertWritable } from "../files/guard.ts";
import { archivedDir, inRun, lakePaths, sealedDir, TEMPORARY_PREFIX } from "../files/paths.ts";
import { requireRunId } from "../files/run_id.ts";
import { type ArchiveRecord, readArchiveRecord } from "../lake/archived.ts";
import type { RecordedManifest } from "../lake/manifest_problems.ts";
import { holdRun } from "../lake/run_lock.ts";
import { promotedManifest } from "../promotion/promoted_manifest.ts";
import { removeAside } from "./aside.ts";
import { copyRun, refuseWithoutManifest, removeLeft } from "./copy_run.ts";

/** The steps of restoring, in order. */
export type RestoreStep = "copied" | "verified" | "published" | "forgotten";

/** Options of restoring a run. */
export interface RestoreOptions {
  /** The directory that has the run now, if not the one it was archived to. */
  from?: string | undefined;
  log?: Logger;
  /** What is known of the run's manifest apart from the archive's record and promotions.jsonl. */
  recorded?: readonly RecordedManifest[];
  /** Called after each step; tests interrupt here. */
  afterStep?: (step: RestoreStep) => void | Promise<void>;
}

/** What was restored. */
export interface Restored {
  outcome: "restored" | "already in the lake";
  /** The copy, which is kept. */
  location: string;
}

/**
 * Restores an archived run: copies it from its archive, verifies it, and publishes it as `_runs/<run id>`, sealed as it was. The
 * archive's copy is kept. If interrupted at any point, the same call resumes. ExpectedError for a run that is not archived, or
 * whose copy or its manifest is missing; CheckFailedError for a copy that fails verification.
 */
export async function restoreRun(
  lake: string,
  runId: string,
  options: RestoreOptions = {},
): Promise<Restored> {
  const what = `restoring run ${requireRunId(runId)}`;
  try {
    return await holdRun(lake, runId, what, () => restore(lake, runId, options));
  } catch (error) {
    const isThere = (await kindOf(sealedDir(lake, runId))) !== undefined;
    throw withState(
      error,
      `run ${runId} is ${isThere ? "restored" : "still archived"}: fix the error, then repeat the command`,
    );
  }
}

async function restore(
  lake: string,
  runId: string,
  { from, log = silentLogger, recorded = [], afterStep = () => {} }: RestoreOptions,
): Promise<Restored> {
  await removeLeft(lakePaths(lake).archive, forgottenName(runId));
  const record = await readArchiveRecord(lake, runId);
  const dir = sealedDir(lake, runId);
  if (record === undefined) throw await notArchived(lake, runId);
  const location = from === undefined ? record.location : join(from, runId);
  const { runs } = lakePaths(lake);
  const isThere = (await kindOf(dir)) !== undefined;
  if (!isThere) {
    await requireCopy(lake, location, record);
    const own = { sha256: record.manifest_sha256, where: inRun.archiveRecord(archivedDir(lake, runId)) };
    const known = [own, ...recorded, ...(await promotedManifest(lake, runId))];
    await makeDirectory(runs);
    const copy = { runId, from: location, parent: runs, what: "restored", bytes: record.bytes };
    await copyRun({ ...copy, recorded: known, log, afterStep });
    await afterStep("published");
  }
  await removeAside(runs, runId, [dir]);
  await forget(lake, runId);
  await afterStep("forgotten");
  return { outcome: isThere ? "already in the lake" : "restored", location };
}

/** Removes the record of an archived run, after renaming it so that a partly removed one is never taken for a record. */
async function forget(lake: string, runId: string): Promise<void> {
  const { archive } = lakePaths(lake);
  const aside = join(archive, `${forgottenName(runId)}${process.pid}`);
  assertWritable(archivedDir(lake, runId), { entry: true });
  await rename(archivedDir(lake, runId), aside);
  await syncPath(archive);
  await removeTree(aside);
  await syncPath(archive);
}

/** Name prefix of a record that is being removed. */
const forgottenName = (runId: string) => `${TEMPORARY_PREFIX}forgotten.${runId}.`;

async function notArchived(lake: string, runId: string): Promise<ExpectedError> {
  const isThere = (await kindOf(sealedDir(lake, runId))) !== undefined;
  if (isThere) return new ExpectedError(`run ${runId} is in the lake, not archived`);
  return new ExpectedError(`run ${runId} is not archived: ${archivedDir(lake, runId)} is not there`);
}

async function requireCopy(lake: string, location: string, { run_id: runId }: ArchiveRecord): Promise<void> {
  if ((await kindOf(inRun.manifest(location))) === "file") return;
  await refuseWithoutManifest(lake, runId, location);
  throw new ExpectedError(
    `run ${runId} is not in ${location}: mount its disk, or name the directory that has it with --from DIR`,
  );
}
