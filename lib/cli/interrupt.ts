import { constants } from "node:os";
import { oneLine } from "./errors.ts";
import { noteFailure } from "./stage_log.ts";

/** Signals that ask a process to end: Ctrl-C, `kill`, a closed terminal. */
export const INTERRUPTS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How far apart two deliveries of one key press may be. */
const SAME_PRESS_MS = 500;

/** Clean-up functions, the last registered first: a lock is held until what it guards is removed. */
const cleanups = new Set<() => void>();

/** Calls `remove`, which must be synchronous, when the process is interrupted. The returned function cancels that. */
export function removeWhenInterrupted(remove: () => void): () => void {
  cleanups.add(remove);
  return () => void cleanups.delete(remove);
}

/**
 * Ends the process when it is interrupted (Ctrl-C, SIGTERM, SIGHUP): removes what is half-made, prints one line, and ends as
 * {@link endProcess} does. If there are other listeners for the signal, e.g. to cancel a query or to end children first, they
 * end the process.
 * @param noteEnd called with the exit code before the process ends
 */
export function endWhenInterrupted(name: string, noteEnd: (exitCode: number) => void = () => {}): void {
  for (const signal of INTERRUPTS) {
    process.on(signal, () => {
      if (process.listenerCount(signal) > 1) return;
      for (const remove of [...cleanups].reverse()) removeOrReport(name, remove);
      const line = `${name}: interrupted${signal === "SIGINT" ? "" : ` (${signal})`}`;
      noteFailure(line);
      process.stderr.write(`${line}\n`);
      noteEnd(exitCodeOf(signal));
      endProcess(exitCodeOf(signal));
    });
  }
}

/**
 * Calls `stop` at the first interruption instead of ending the process; a later one ends it at once. A terminal and a parent
 * process may both deliver the same key press, so signals within half a second of the first are taken for it.
 * @returns a function that undoes this
 */
export function atFirstInterrupt(stop: (signal: NodeJS.Signals) => void): () => void {
  let isStopped = false;
  const listener = (signal: NodeJS.Signals) => {
    if (isStopped) return;
    isStopped = true;
    setTimeout(undo, SAME_PRESS_MS).unref();
    stop(signal);
  };
  const undo = () => {
    for (const signal of INTERRUPTS) process.off(signal, listener);
  };
  for (const signal of INTERRUPTS) process.on(signal, listener);
  return undo;
}

/**
 * Ends the process with an exit code. That of an interruption is left to the kernel, which ends the process by the signal itself:
 * process.exit would wait for DuckDB's threads until their query is done. A shell reports the same exit code for both.
 */
export function endProcess(exitCode: number): never {
  const signal = INTERRUPTS.find((each) => exitCodeOf(each) === exitCode);
  if (signal !== undefined) {
    process.emit("exit", exitCode);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
  // Also the first process of a container, which the kernel doesn't end by a signal of its own.
  process.exit(exitCode);
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
