import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { hasCode } from "../cli/errors.ts";

const PROJECT_ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What a dataset's bytes depend on. */
const DATA_CODE = ["lib", "pipelines", "sql/warehouse"];

/** What the outcome of a test depends on besides. */
const CHECKS = "lib/checks";

/** Parts of `lib` that no dataset's bytes depend on; a new folder counts as data code until it is listed here. */
const NOT_DATA_CODE = [
  "lib/bench/",
  "lib/checks/",
  "lib/cli/",
  "lib/digdag/",
  "lib/docs/",
  "lib/download/",
  "lib/history/",
  "lib/files/",
  "lib/lake/",
  "lib/promotion/",
  "lib/preflight/",
  "lib/sample/",
  "lib/testing/",
  "lib/trino_server/",
];

const packageFile = z.object({ version: z.string() });

/**
 * Version of the code that makes data: the package's version and 12 hex digits of a hash over the sources that
 * affect a dataset's bytes (tests left out) and package-lock.json. Equal on every machine for equal sources. Found once
 * in a process, since what is edited later is not what runs.
 */
export function codeVersion(): string {
  ownVersion ??= codeVersionOf(PROJECT_ROOT);
  return ownVersion;
}

let ownVersion: string | undefined;

/**
 * Version of the code that tests data: besides the checks it is that of the code which makes data, of which the
 * declarations of the datasets and the SQL engine are part.
 */
export function checksVersion(): string {
  const checks = readdirSync(join(PROJECT_ROOT, CHECKS), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => `${CHECKS}/${name}`);
  return `${codeVersion()}+${hashOf(PROJECT_ROOT, checks.sort())}`;
}

/** {@link codeVersion} of the checkout at `root`. */
export function codeVersionOf(root: string): string {
  const { version } = packageFile.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  return `${version}+${hashOf(root, [...dataSources(root), "package-lock.json"])}`;
}

/** 12 hex digits over names and contents. */
function hashOf(root: string, names: readonly string[]): string {
  const hash = createHash("sha256");
  for (const name of names) hash.update(`${name}\n`).update(readFileSync(join(root, name)));
  return hash.digest("hex").slice(0, 12);
}

function dataSources(root: string): string[] {
  const folders = DATA_CODE.filter((folder) => existsSync(join(root, folder)));
  const names = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  );
  return names.filter(affectsData).sort();
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
