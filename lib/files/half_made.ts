import { existsSync, rmSync } from "node:fs";
import { hasCode } from "../cli/errors.ts";
import { removeWhenInterrupted } from "../cli/interrupt.ts";
import { allowRemoval } from "./allow_removal.ts";

/** How often to remove a directory into which threads still write. */
const TRIES = 5;

/**
 * Removes a temporary file or directory, even without write permissions, when the process is interrupted. The caller removes it
 * in every other case, and calls the returned function once it is removed or renamed.
 */
export function halfMade(path: string): () => void {
  return removeWhenInterrupted(() => removeNow(path));
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
