import { rmSync } from "node:fs";
import { removeWhenInterrupted } from "../cli/interrupt.ts";

/** A thread may still write into a directory while it is removed. */
const RETRIES = 5;

/**
 * Has a temporary file or directory removed when the process is interrupted. The caller removes it in every other
 * case, and calls what is returned when it is gone or has its name.
 */
export function halfMade(path: string): () => void {
  return removeWhenInterrupted(() => rmSync(path, { recursive: true, force: true, maxRetries: RETRIES }));
}
