import { z } from "zod";
import { kindOf, namesIn, readJsonIfThere } from "../files/files.ts";
import { archivedDir, inRun, lakePaths, sealedDir } from "../files/paths.ts";
import { isRunId } from "../files/run_id.ts";

/** `_meta/archive/<run id>/archive.json`: where the data of an archived run is kept. */
const archiveRecord = z.object({
  run_id: z.string(),
  /** Absolute path of the directory with the verified copy. */
  location: z.string(),
  /** sha256 of the copy's manifest. */
  manifest_sha256: z.string(),
  bytes: z.int().nonnegative(),
  archived: z.iso.datetime(),
});

/** The content of an archive.json. */
export type ArchiveRecord = z.infer<typeof archiveRecord>;

/** A run whose data was moved out of the lake. */
export interface ArchivedRun {
  runId: string;
  /** What the lake still holds: manifest.json, `_reports/` and archive.json. */
  dir: string;
}

/** The archived runs of a lake, sorted by run id. A run whose data is (back) in the lake does not count as archived. */
export async function listArchived(lake: string): Promise<ArchivedRun[]> {
  const archived: ArchivedRun[] = [];
  for (const runId of (await namesIn(lakePaths(lake).archive)).filter(isRunId)) {
    if ((await kindOf(sealedDir(lake, runId))) !== undefined) continue;
    archived.push({ runId, dir: archivedDir(lake, runId) });
  }
  return archived;
}

/**
 * Where the data of an archived run is kept; undefined for any other run. ExpectedError when the record can't be read.
 */
export async function readArchiveRecord(lake: string, runId: string): Promise<ArchiveRecord | undefined> {
  return readJsonIfThere(inRun.archiveRecord(archivedDir(lake, runId)), archiveRecord);
}

/** The part of an error message that says where an archived run is; empty for any other run. */
export async function archivedHint(lake: string, runId: string): Promise<string> {
  if ((await kindOf(sealedDir(lake, runId))) !== undefined) return "";
  const record = await readArchiveRecord(lake, runId);
  if (record === undefined) return "";
  return `it is archived in ${record.location}: bring it back with bin/lake archive_run ${runId} --restore`;
}
