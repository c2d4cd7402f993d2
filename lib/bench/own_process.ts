import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { EXIT, ExpectedError, oneLine } from "../cli/errors.ts";
import { projectRoot } from "../files/project_root.ts";

/**
 * Runs a script of this folder, whose body is {@link answerParent}, in a process of its own with `input`, and returns its answer.
 * @throws an error with the child's message: ExpectedError if it was one there, too
 */
export async function inOwnProcess(script: string, input: unknown): Promise<unknown> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const args = ["--import=tsx", path, JSON.stringify(input)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: projectRoot }).catch(
    (error: unknown) => {
      throw failureOf(script, error);
    },
  );
  return JSON.parse(stdout);
}

function failureOf(script: string, error: unknown): Error {
  const { code, signal, stderr } = { code: null, signal: null, stderr: "", ...(error as object) };
  if (typeof code === "string") return new Error(oneLine(error), { cause: error });
  const last = stderr.trim().split("\n").at(-1) ?? "";
  if (code === EXIT.checkFailed || code === EXIT.badInput) return new ExpectedError(last, { exitCode: code });
  if (code === EXIT.unexpected) return new Error(last, { cause: error });
  return new Error(`${script} ended with ${signal ?? `exit code ${code}`}${last && `: ${last}`}`);
}

/** Gives the parent process the result of `work` with its input, or the message of the error that ended it. */
export async function answerParent<T>(work: (input: T) => Promise<unknown>): Promise<void> {
  try {
    const result = await work(JSON.parse(process.argv[2] ?? ""));
    process.stdout.write(JSON.stringify(result));
  } catch (error) {
    process.stderr.write(`${oneLine(error)}\n`);
    process.exitCode = error instanceof ExpectedError ? error.exitCode : EXIT.unexpected;
  }
}
