import { exitCodeOf, INTERRUPTS } from "../../cli/interrupt.ts";
import { EngineUnavailableError } from "../sql_error.ts";

/**
 * Calls `stop` when the process is asked to end, instead of ending it, so that a running query can be cancelled; the
 * second time it ends as always. Returns the function that undoes this.
 */
export function onInterrupt(stop: (error: EngineUnavailableError) => void): () => void {
  const listener = (signal: NodeJS.Signals) => stop(interrupted(signal));
  const undo = () => {
    for (const signal of INTERRUPTS) process.off(signal, listener);
  };
  for (const signal of INTERRUPTS) process.once(signal, listener);
  return undo;
}

/** The exit code is the shell's convention, 128 and the number of the signal. */
function interrupted(signal: NodeJS.Signals): EngineUnavailableError {
  const exitCode = exitCodeOf(signal);
  return new EngineUnavailableError(`interrupted (${signal}); the running query is cancelled`, { exitCode });
}
