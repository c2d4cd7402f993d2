/** Process exit codes of every script: what a shell or a workflow can branch on. */
export const EXIT = { ok: 0, checkFailed: 1, badInput: 2, unexpected: 3 } as const;

/**
 * A failure that the user can do something about: printed as one line, without a stack.
 * The message names the thing (file, run, option), says why, and where possible what to do.
 */
export class ExpectedError extends Error {
  override readonly name: string = "ExpectedError";
  /** Exit code of the process that ends with this error. */
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options.exitCode ?? EXIT.badInput;
  }
}

/** A check of the data found something wrong (exit 1), as opposed to bad input or usage (exit 2). */
export class CheckFailedError extends ExpectedError {
  override readonly name = "CheckFailedError";

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { ...options, exitCode: EXIT.checkFailed });
  }
}

/** The message of anything thrown, folded to one line. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s*[\r\n]+\s*/g, " ").trim();
}

/** Whether an error is a system error with this code, e.g. `ENOENT`. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
