import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import { withState } from "../cli/system_error.ts";

/**
 * Makes a new directory in the system's directory for temporary files, its name beginning with `beginning`; the caller removes it.
 * @throws ExpectedError that tells to set TMPDIR if none can be made there
 */
export async function makeSystemTemporary(beginning: string): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), beginning));
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw withState(error, "set TMPDIR to another directory");
    throw new ExpectedError(`there is no directory ${tmpdir()} for temporary files: set TMPDIR`, {
      cause: error,
    });
  }
}

/** Runs work with such a directory, which is removed afterwards with everything in it. */
export async function inSystemTemporary<T>(
  beginning: string,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = await makeSystemTemporary(beginning);
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
