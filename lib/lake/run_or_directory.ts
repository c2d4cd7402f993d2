import { ExpectedError } from "../cli/errors.ts";
import type { OptionSpecs } from "../cli/options.ts";
import { isDirectory } from "../files/files.ts";
import { type RunSelection, runOptions, type SelectedRun, selectRun } from "./run_selection.ts";

/** The options that choose a run, for scripts that also work on any directory: the lake is optional. */
export const optionalRunOptions = {
  ...runOptions,
  lake: { ...runOptions.lake, required: false },
} as const satisfies OptionSpecs;

/** A run of a lake or, when `run` is undefined, any directory laid out like a run. */
export interface RunOrDirectory {
  dir: string;
  run?: SelectedRun;
}

/**
 * The given directory, or the run that the options choose. `flag` is the option that names a directory. ExpectedError
 * when both are given, or neither exists.
 */
export async function runOrDirectory(
  options: Omit<RunSelection, "lake"> & { lake?: string | undefined },
  directory: string | undefined,
  flag: string,
): Promise<RunOrDirectory> {
  if (directory !== undefined) {
    if (options["run-id"] !== undefined) {
      throw new ExpectedError(`${flag} conflicts with --run-id: omit one of them`);
    }
    if (await isDirectory(directory)) return { dir: directory };
    throw new ExpectedError(`${flag} ${directory} is not a directory`);
  }
  const { lake } = options;
  if (lake === undefined) {
    throw new ExpectedError(`--lake is missing (or set DISCOGS_DATA_LAKE), or give a directory with ${flag}`);
  }
  const run = await selectRun({ ...options, lake });
  return { dir: run.dir, run };
}
