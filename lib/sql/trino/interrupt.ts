import { exitCodeOf, INTERRUPTS } from "../../cli/interrupt.ts";
import { EngineUnavailableError } from "../sql_error.ts";

/**
 * Calls `stop` on the first interruption instead of ending the process, so that a running query can be cancelled; a second one
 * ends it as usual. Returns a function that undoes this.
 */
export function onInterrupt(stop: (error: EngineUnavailableError) => void): () => void {
  const listener = (signal: NodeJS.Signals) => stop(interrupted(signal));
  const undo = () => {
    for (const signal of INTERRUPTS) process.off(signal, listener);
  };
  for (const signal of INTERRUPTS) process.once(signal, listener);
  return undo;
}

/** The exit code follows the shell's convention: 128 plus the signal's number. */
function interrupted(signal: NodeJS.Signals): EngineUnavailableError {
  const exitCode = exitCodeOf(signal);
  return new EngineUnavailableError(`interrupted (${signal}); the running query was cancelled`, { exitCode });
}
