import { join } from "node:path";
import { z } from "zod";
import { ExpectedError, oneLine } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { readJsonIfThere } from "../files/files.ts";
import { inRun } from "../files/paths.ts";

/** Text, or null for anything else. */
const known = z.string().min(1).nullable().catch(null);

const metadata = z.object({ dump_month: known, dump_date: known, run_mode: known, git_sha: known });
/** The origin of a run according to its manifest; null where the manifest does not tell. */
export type RunMetadata = z.infer<typeof metadata>;

/** The metadata of a run without a readable manifest. */
export const UNKNOWN_METADATA: RunMetadata = {
  dump_month: null,
  dump_date: null,
  run_mode: null,
  git_sha: null,
};

/**
 * Reads a run's `manifest.json`, or the `run_manifest.json` of the Python original. Every field is null if there is neither, or
 * if it is not a JSON object, which gives a warning.
 */
export async function readRunMetadata(dir: string, log: Logger): Promise<RunMetadata> {
  for (const path of [inRun.manifest(dir), join(dir, "run_manifest.json")]) {
    const found = await readFrom(path, log);
    if (found !== undefined) return found;
  }
  return UNKNOWN_METADATA;
}

async function readFrom(path: string, log: Logger): Promise<RunMetadata | undefined> {
  try {
    return await readJsonIfThere(path, metadata);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    log.warn(`${oneLine(error)}; the run is registered without its metadata`);
    return UNKNOWN_METADATA;
  }
}
