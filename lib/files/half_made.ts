import { rmSync } from "node:fs";
import { removeWhenInterrupted } from "../cli/interrupt.ts";

/** A thread may still write into a directory while it is removed. */
const RETRIES = 5;

/**
 * Removes a temporary file or directory when the process is interrupted. The caller removes it in every other case, and calls
 * the returned function once it is removed or renamed.
 */
export function halfMade(path: string): () => void {
  return removeWhenInterrupted(() => rmSync(path, { recursive: true, force: true, maxRetries: RETRIES }));
}
