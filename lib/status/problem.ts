import { ExpectedError, oneLine } from "../cli/errors.ts";
import { systemFailure } from "../cli/system_error.ts";

/** Runs `read`. If it fails, adds a line to `problems` and returns `otherwise`. */
export async function orProblem<T>(problems: string[], otherwise: T, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    problems.push(problemText(error));
    return otherwise;
  }
}

/** The reason why something can't be read, in one line. Rethrows errors that are not failures of the lake or the system. */
export function problemText(error: unknown): string {
  if (error instanceof ExpectedError) return oneLine(error);
  const failure = systemFailure(error);
  if (failure === undefined) throw error;
  return failure.text;
}
