import { existsSync, rmdirSync, rmSync } from "node:fs";
import { hasCode } from "../cli/errors.ts";
import { removeWhenInterrupted } from "../cli/interrupt.ts";
import { allowRemoval } from "./allow_removal.ts";

/** How often to remove a directory into which threads still write. */
const TRIES = 5;

/**
 * Removes a temporary file or directory, even without write permissions, when the process is interrupted, and then the parents
 * that were created for it by then, outermost first. The caller removes them in every other case, and calls the returned function
 * once the file or directory is removed or renamed.
 */
export function halfMade(path: string, parents: readonly string[] = []): () => void {
  return removeWhenInterrupted(() => {
    removeNow(path);
    removeEmpty(parents);
  });
}

/** Removes nested directories, given outermost first, up to the first that is not empty. Absent ones are fine. */
export function removeEmpty(dirs: readonly string[]): void {
  for (const dir of [...dirs].reverse()) {
    try {
      rmdirSync(dir);
    } catch (error) {
      if (hasCode(error, "ENOTEMPTY", "EEXIST")) return;
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }
}

function removeNow(path: string): void {
  for (let tries = 1; tries <= TRIES; tries++) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if (hasCode(error, "EACCES") && tries === 1) allowRemoval(path);
      else if (!hasCode(error, "ENOTEMPTY")) throw error;
    }
    if (!existsSync(path)) return;
  }
  throw new Error(`${path} could not be removed: something still writes into it`);
}
