import { join } from "node:path";
import { z } from "zod";
import { ExpectedError, oneLine } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { readJsonIfThere } from "../files/files.ts";
import { inRun } from "../files/paths.ts";

/** Text where there is some; anything else is unknown. */
const known = z.string().min(1).nullable().catch(null);

const metadata = z.object({ dump_month: known, dump_date: known, run_mode: known, git_sha: known });
/** What a run's manifest says of where the run comes from; null where it does not say. */
export type RunMetadata = z.infer<typeof metadata>;

/** The metadata of a run without a readable manifest. */
export const UNKNOWN_METADATA: RunMetadata = {
  dump_month: null,
  dump_date: null,
  run_mode: null,
  git_sha: null,
};

/**
 * Reads `manifest.json` of a run, or the `run_manifest.json` of the Python original. All is null where there is
 * neither, or where it is not a JSON object, which is warned of.
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
    log.warn(`${oneLine(error)}; what it would say of the run is unknown`);
    return UNKNOWN_METADATA;
  }
}
