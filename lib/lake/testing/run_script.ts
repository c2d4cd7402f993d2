import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { scriptArguments } from "../../testing/script_arguments.ts";

/** Starts a TypeScript file of this project, given relative to the project's root, in a separate process. */
export function startScript(path: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, scriptArguments(path, ...args), { stdio: ["ignore", "pipe", "pipe"] });
}

/** Exit code and output of a script. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Waits for the end of a process and returns its output. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const [code, signal] = await once(child, "close");
  return { code, signal, stdout, stderr };
}

/** Runs a script to its end. */
export async function runScript(path: string, ...args: string[]): Promise<Ended> {
  return ended(startScript(path, args));
}
