import { ExpectedError } from "../cli/errors.ts";
import { exitCodeOf, INTERRUPTS } from "../cli/interrupt.ts";

/**
 * Runs `fn` with a signal that is aborted when the process is asked to end, the first time instead of ending it. The
 * exit code is then the shell's convention, 128 and the number of the signal.
 */
export async function withInterrupt<T>(fn: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals) => {
    const exitCode = exitCodeOf(name);
    controller.abort(new ExpectedError(`interrupted (${name}): the schema is as it was`, { exitCode }));
  };
  for (const name of INTERRUPTS) process.once(name, abort);
  try {
    return await fn(controller.signal);
  } finally {
    for (const name of INTERRUPTS) process.off(name, abort);
  }
}
