import type { Main } from "../cli/command.ts";

/** The output of a script, and its exit code. */
export interface MainResult {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a script's `main` in this process and captures its output. Captures only text: the test runner's own reports go to stdout
 * as bytes and are passed through.
 */
export async function runMain(
  main: Main,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<MainResult> {
  const out = keepText(process.stdout);
  const err = keepText(process.stderr);
  try {
    const code = await main([...args], env);
    return { code, stdout: out.text(), stderr: err.text() };
  } finally {
    out.restore();
    err.restore();
  }
}

function keepText(stream: NodeJS.WriteStream) {
  const write = stream.write;
  let kept = "";
  stream.write = function keep(this: NodeJS.WriteStream, ...args: unknown[]) {
    if (typeof args[0] !== "string") return Reflect.apply(write, stream, args);
    kept += args[0];
    const taken = args.find((arg) => typeof arg === "function");
    if (taken !== undefined) process.nextTick(taken);
    return true;
  };
  return {
    text: () => kept,
    restore() {
      stream.write = write;
    },
  };
}
