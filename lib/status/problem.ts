import { ExpectedError, oneLine } from "../cli/errors.ts";
import { systemFailure } from "../cli/system_error.ts";

/** Runs `read`; what it can't read is a line in `problems`, and the result is then `otherwise`. */
export async function orProblem<T>(problems: string[], otherwise: T, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    problems.push(problemText(error));
    return otherwise;
  }
}

/** Why something can't be read, in one line. Throws what is no failure of the lake's or the system's. */
export function problemText(error: unknown): string {
  if (error instanceof ExpectedError) return oneLine(error);
  const failure = systemFailure(error);
  if (failure === undefined) throw error;
  return failure.text;
}
