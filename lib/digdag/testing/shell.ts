import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { finish } from "./digdag_project.ts";

const DONE = "# done";

/**
 * Runs commands in one bash, like a user who enters one after another, and returns what each printed on stdout. Fails when one of
 * them does.
 */
export async function runInShell(
  commands: readonly string[],
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<string[]> {
  const script = commands.map((command) => `${command}\necho "${DONE}"\n`).join("");
  const bash = spawn("bash", ["-euc", script], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const { code, stdout, stderr } = await finish(bash);
  assert.equal(code, 0, stdout + stderr);
  return stdout.split(`${DONE}\n`).slice(0, -1);
}
