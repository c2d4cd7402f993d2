import { atFirstInterrupt, exitCodeOf } from "../../cli/interrupt.ts";
import { EngineUnavailableError } from "../sql_error.ts";

/** Calls `stop` at the first interruption, so that a running query can be cancelled. Returns a function that undoes this. */
export function onInterrupt(stop: (error: EngineUnavailableError) => void): () => void {
  return atFirstInterrupt((signal) => stop(interrupted(signal)));
}

/** The exit code follows the shell's convention: 128 plus the signal's number. */
function interrupted(signal: NodeJS.Signals): EngineUnavailableError {
  const exitCode = exitCodeOf(signal);
  return new EngineUnavailableError(`interrupted (${signal})`, { exitCode });
}
