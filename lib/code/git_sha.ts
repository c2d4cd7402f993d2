import { execFile } from "node:child_process";
import { realpath } from "node:fs/promises";
import { promisify } from "node:util";
import { hasCode } from "../cli/errors.ts";
import { projectRoot } from "../files/project_root.ts";

/**
 * The commit of the checkout, with `-dirty` when the working tree differs; null when the code is not in a git checkout.
 */
export async function gitSha(root: string = projectRoot): Promise<string | null> {
  const top = await git(root, "rev-parse", "--show-toplevel");
  if (top === null || (await realpath(top)) !== (await realpath(root))) return null;
  const sha = await git(root, "rev-parse", "--verify", "HEAD");
  if (sha === null) return null;
  return (await git(root, "status", "--porcelain")) === "" ? sha : `${sha}-dirty`;
}

/** Output of git; null when git is not installed, or there is no repository or no commit. */
async function git(root: string, ...args: string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)("git", ["-C", root, ...args]);
    return stdout.trim();
  } catch (error) {
    const endedByItself = error instanceof Error && "code" in error && typeof error.code === "number";
    if (endedByItself || hasCode(error, "ENOENT")) return null;
    throw error;
  }
}
