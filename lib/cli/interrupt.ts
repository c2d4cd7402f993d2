import { constants } from "node:os";
import { oneLine } from "./errors.ts";
import { noteFailure } from "./stage_log.ts";

/** Signals that ask a process to end: Ctrl-C, `kill`, a closed terminal. */
export const INTERRUPTS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Clean-up functions, the last registered first: a lock is held until what it guards is removed. */
const cleanups = new Set<() => void>();

/** Calls `remove`, which must be synchronous, when the process is interrupted. The returned function cancels that. */
export function removeWhenInterrupted(remove: () => void): () => void {
  cleanups.add(remove);
  return () => void cleanups.delete(remove);
}

/**
 * Ends the process when it is interrupted (Ctrl-C, SIGTERM, SIGHUP): removes what is half-made, prints one line, and exits with
 * the shell's convention, 128 plus the signal's number. If there are other listeners for the signal, e.g. to cancel a query or
 * to end children first, they end the process.
 * @param end ends the process with this exit code
 */
export function endWhenInterrupted(name: string, end: (exitCode: number) => void): void {
  for (const signal of INTERRUPTS) {
    process.on(signal, () => {
      if (process.listenerCount(signal) > 1) return;
      for (const remove of [...cleanups].reverse()) removeOrReport(name, remove);
      const line = `${name}: interrupted${signal === "SIGINT" ? "" : ` (${signal})`}`;
      noteFailure(line);
      process.stderr.write(`${line}\n`);
      end(exitCodeOf(signal));
    });
  }
}

/** 130 for SIGINT, 143 for SIGTERM. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Whether this exit code means that the process was interrupted. */
export function wasInterrupted(exitCode: number): boolean {
  return INTERRUPTS.some((signal) => exitCodeOf(signal) === exitCode);
}

function removeOrReport(name: string, remove: () => void): void {
  try {
    remove();
  } catch (error) {
    process.stderr.write(`${name}: warning: ${oneLine(error)}\n`);
  }
}
