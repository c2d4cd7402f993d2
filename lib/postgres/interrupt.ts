import { constants } from "node:os";
import { ExpectedError } from "../cli/errors.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs `fn` with a signal that is aborted when the process is asked to end, the first time instead of ending it. The
 * exit code is then the shell's convention, 128 and the number of the signal.
 */
export async function withInterrupt<T>(fn: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals) => {
    const exitCode = 128 + constants.signals[name];
    controller.abort(new ExpectedError(`interrupted (${name}): the schema is as it was`, { exitCode }));
  };
  for (const name of SIGNALS) process.once(name, abort);
  try {
    return await fn(controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, abort);
  }
}
