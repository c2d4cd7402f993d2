import { ExpectedError } from "../cli/errors.ts";
import { atFirstInterrupt, exitCodeOf } from "../cli/interrupt.ts";

/**
 * Runs `fn` with an AbortSignal that the first SIGINT, SIGTERM or SIGHUP aborts instead of ending the process. The exit code
 * then follows the shell's convention: 128 plus the signal's number.
 */
export async function withInterrupt<T>(fn: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const ignoreSignals = atFirstInterrupt((name) => {
    const exitCode = exitCodeOf(name);
    controller.abort(new ExpectedError(`interrupted (${name}): the schema is unchanged`, { exitCode }));
  });
  try {
    return await fn(controller.signal);
  } finally {
    ignoreSignals();
  }
}
