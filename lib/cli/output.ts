import { EXIT, hasCode, oneLine } from "./errors.ts";
import { systemFailure } from "./system_error.ts";

/** The first error of a stream. */
const failures = new Map<NodeJS.WriteStream, Error>();

/** Records write errors of stdout and stderr, which would otherwise end the process midway with a stack. */
export function watchOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => noteFailure(stream, error));
  }
}

/**
 * Writes text or bytes to stdout and waits until they are accepted, so that a slow reader slows down the writer.
 * Returns false when the reader is gone or the output can't be written; writing more is pointless then.
 */
export async function writeOutput(output: string | Uint8Array): Promise<boolean> {
  const { stdout } = process;
  if (!failures.has(stdout)) await written(stdout, output);
  return !failures.has(stdout);
}

/**
 * Waits until all output is written and returns the exit code: `exitCode`, or a non-zero code and a message when part
 * of the output was lost. A reader that stops early, such as `head`, loses nothing.
 */
export async function exitCodeOfOutput(name: string, exitCode: number): Promise<number> {
  await written(process.stdout, "");
  const lost = failures.get(process.stdout);
  if (lost !== undefined && !isClosedPipe(lost)) {
    process.stderr.write(`${name}: error: standard output can't be written: ${oneLine(lost)}\n`);
  }
  await written(process.stderr, "");
  const failure = [...failures.values()].find((error) => !isClosedPipe(error));
  if (failure === undefined || exitCode !== EXIT.ok) return exitCode;
  return systemFailure(failure)?.exitCode ?? EXIT.unexpected;
}

/** Resolves once a text and everything before it is accepted, or has failed. */
function written(stream: NodeJS.WriteStream, output: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    stream.write(output, (error) => {
      if (error) noteFailure(stream, error);
      resolve();
    });
  });
}

function noteFailure(stream: NodeJS.WriteStream, error: Error): void {
  if (!failures.has(stream)) failures.set(stream, error);
}

const isClosedPipe = (error: Error) => hasCode(error, "EPIPE");
