import { access, constants, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EXIT, ExpectedError, hasCode, oneLine } from "../cli/errors.ts";
import { systemFailure } from "../cli/system_error.ts";
import { isDirectory, kindOf, makeDirectory } from "./files.ts";
import { removeEmpty } from "./half_made.ts";
import { withTemporaryFile } from "./temporary_file.ts";

/**
 * Calls `work` with a directory that exists and can be written, as {@link inDirectory} does.
 * @param what names the directory in an error: `the lake`
 * @throws ExpectedError when the directory can't be created or written
 */
export async function inWritable<T>(what: string, dir: string, work: () => Promise<T>): Promise<T> {
  return cleaningUp((created) => checkWritable(what, dir, created), work);
}

/**
 * Calls `work` with a directory, which is created if it is missing. If either fails, removes those directories created for it that
 * are still empty.
 */
export async function inDirectory<T>(dir: string, work: () => Promise<T>): Promise<T> {
  return cleaningUp((created) => makeDirectory(dir, created), work);
}

async function cleaningUp<T>(make: (created: string[]) => Promise<void>, work: () => Promise<T>): Promise<T> {
  const created: string[] = [];
  try {
    await make(created);
    return await work();
  } catch (error) {
    removeEmpty(created);
    throw error;
  }
}

async function checkWritable(what: string, dir: string, created: string[]): Promise<void> {
  try {
    await makeDirectory(dir, created);
    await withTemporaryFile(join(dir, "probe"), "", (probe) => rm(probe));
  } catch (error) {
    const { text, exitCode } = systemFailure(error) ?? { text: oneLine(error), exitCode: EXIT.badInput };
    throw new ExpectedError(`${what} ${dir} can't be written: ${text}`, { exitCode, cause: error });
  }
}

/** Whether this process has the permission to write to a directory, which may be missing. */
export async function mayWrite(dir: string): Promise<boolean> {
  try {
    await access(dir, constants.W_OK);
  } catch (error) {
    return !hasCode(error, "EACCES", "EPERM", "EROFS");
  }
  return true;
}

/** ExpectedError if the nearest existing entry at or above a path is not a directory. */
export async function refuseOtherThanDirectory(path: string): Promise<void> {
  let there = path;
  while ((await kindOf(there)) === undefined) there = dirname(there);
  if (!(await isDirectory(there))) throw new ExpectedError(`${there} is not a directory`);
}
