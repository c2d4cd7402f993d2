import { constants } from "node:os";

/** Process exit codes of every script, for shells and workflows to branch on. */
export const EXIT = { ok: 0, checkFailed: 1, badInput: 2, unexpected: 3 } as const;

/**
 * A failure that the user can fix: printed as one line, without a stack. The message names the thing (file, run,
 * option), says why it failed, and what to do where that is known.
 */
export class ExpectedError extends Error {
  override readonly name: string = "ExpectedError";
  /** Exit code of the process when this error ends it. */
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options.exitCode ?? EXIT.badInput;
  }
}

/** A failed check of the data (exit 1), as opposed to bad input or usage (exit 2). */
export class CheckFailedError extends ExpectedError {
  override readonly name = "CheckFailedError";

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { ...options, exitCode: EXIT.checkFailed });
  }
}

/** An expected failure with more at the end of its message, e.g. what to do about it; any other is returned as it is. */
export function extended(error: unknown, end: string): unknown {
  if (!(error instanceof ExpectedError)) return error;
  return new ExpectedError(`${oneLine(error)}; ${end}`, { exitCode: error.exitCode, cause: error });
}

/** The message of any thrown value, folded to one line. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s*[\r\n]+\s*/g, " ").trim();
}

/** Whether an error is a system error with this code, e.g. `ENOENT`. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes(codeName(codeOf(error)));
}

/** The code of an error of the system, of a client or of OpenSSL, as the error has it; empty if it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** The name of a system error's code. Node has none for some, e.g. on Linux for EDQUOT: `Unknown system error -122`. */
export function codeName(code: string): string {
  const number = /^Unknown system error -(\d+)$/.exec(code)?.[1];
  if (number === undefined) return code;
  return Object.entries(constants.errno).find(([, each]) => String(each) === number)?.[0] ?? code;
}

/**
 * Runs `work`, then `cleanup` in any case. If both fail, the failure of `work` is thrown, with that of `cleanup` added to its
 * message: in a `finally`, the second would hide the first, which is usually its cause.
 */
export async function withCleanup<T>(work: () => Promise<T>, cleanup: () => Promise<void>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await cleanup().catch((later: unknown) => {
      if (error instanceof Error) error.message += `; afterwards: ${oneLine(later)}`;
    });
    throw error;
  }
  await cleanup();
  return result;
}
