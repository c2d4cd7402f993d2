import { EXIT, hasCode, oneLine } from "./errors.ts";

/** What writing to a stream failed with first. */
const failures = new Map<NodeJS.WriteStream, Error>();

/** Notes failures of standard output and standard error, which would end the process in mid-work with a stack. */
export function watchOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => noteFailure(stream, error));
  }
}

/**
 * Writes text or bytes to standard output and waits until they are taken, so that a slow reader slows down whoever writes.
 * False when it is not: the reader has gone, or the output can't be written; then there is no use in more.
 */
export async function writeOutput(output: string | Uint8Array): Promise<boolean> {
  const { stdout } = process;
  if (!failures.has(stdout)) await written(stdout, output);
  return !failures.has(stdout);
}

/**
 * Waits until everything that was printed is taken, and gives the exit code to end with: `exitCode`, unless a part of
 * the output is lost; then it is not 0, and a line tells of it. A reader who stops early, as `head` does, has not
 * lost anything.
 */
export async function exitCodeOfOutput(name: string, exitCode: number): Promise<number> {
  await written(process.stdout, "");
  const lost = failures.get(process.stdout);
  if (lost !== undefined && !isClosedPipe(lost)) {
    process.stderr.write(`${name}: error: standard output can't be written: ${oneLine(lost)}\n`);
  }
  await written(process.stderr, "");
  const isWhole = [...failures.values()].every(isClosedPipe);
  return isWhole || exitCode !== EXIT.ok ? exitCode : EXIT.unexpected;
}

/** Resolves when a text and all before it are taken, or can't be. */
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
