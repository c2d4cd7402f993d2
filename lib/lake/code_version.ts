import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { hasCode } from "../cli/errors.ts";
import { filesBelow, kindOf, readJsonFile } from "./files.ts";

const PROJECT_ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What a dataset's bytes depend on. */
const DATA_CODE = ["lib", "pipelines", "sql/warehouse"];

/** Parts of `lib` that no dataset's bytes depend on; a new folder counts as data code until it is listed here. */
const NOT_DATA_CODE = ["lib/cli/", "lib/lake/", "lib/sample/"];

const packageFile = z.object({ version: z.string() });

/**
 * Version of the code that makes data: the package's version and 12 hex digits of a hash over the sources that
 * affect a dataset's bytes (tests left out) and package-lock.json. Equal on every machine for equal sources.
 */
export async function codeVersion(root: string = PROJECT_ROOT): Promise<string> {
  const { version } = await readJsonFile(join(root, "package.json"), packageFile);
  const hash = createHash("sha256");
  for (const name of [...(await dataSources(root)), "package-lock.json"]) {
    hash.update(`${name}\n`).update(await readFile(join(root, name)));
  }
  return `${version}+${hash.digest("hex").slice(0, 12)}`;
}

async function dataSources(root: string): Promise<string[]> {
  const names: string[] = [];
  for (const folder of DATA_CODE) {
    if ((await kindOf(join(root, folder))) === "directory") {
      names.push(...(await filesBelow(join(root, folder), `${folder}/`)));
    }
  }
  return names.filter(affectsData);
}

function affectsData(name: string): boolean {
  return (
    /\.(ts|mts|mjs|js|sql|json|wasm)$/.test(name) &&
    !name.endsWith(".test.ts") &&
    !name.includes("/testing/") &&
    !NOT_DATA_CODE.some((folder) => name.startsWith(folder))
  );
}

/** The checkout's commit, with `-dirty` when anything differs from it; null where the code is not a git checkout. */
export async function gitSha(root: string = PROJECT_ROOT): Promise<string | null> {
  const top = await git(root, "rev-parse", "--show-toplevel");
  if (top === null || (await realpath(top)) !== (await realpath(root))) return null;
  const sha = await git(root, "rev-parse", "--verify", "HEAD");
  if (sha === null) return null;
  return (await git(root, "status", "--porcelain")) === "" ? sha : `${sha}-dirty`;
}

/** What git prints; null when there is no git, or it says that this is no repository or has no commit. */
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
