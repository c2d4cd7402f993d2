import { constants } from "node:os";
import { oneLine } from "./errors.ts";
import { noteFailure } from "./stage_log.ts";

/** What asks a process to end: Ctrl-C, `kill`, a terminal that is closed. */
export const INTERRUPTS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How what is half-made is removed, what was begun last first: a lock holds until what it guards is gone. */
const cleanups = new Set<() => void>();

/** Has `remove` called when the process is interrupted; what is returned undoes that. It must do its work at once. */
export function removeWhenInterrupted(remove: () => void): () => void {
  cleanups.add(remove);
  return () => void cleanups.delete(remove);
}

/**
 * Ends the process when it is interrupted (Ctrl-C, SIGTERM, SIGHUP): what is half-made is removed, one line tells of it,
 * and the exit code is the shell's convention, 128 and the number of the signal. Whoever else listens to the signal, to
 * cancel a query or to end children first, ends the work by itself.
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

/** 130 of SIGINT, 143 of SIGTERM. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Whether a process that ended with this exit code was interrupted. */
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
