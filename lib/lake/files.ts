import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, lstat, mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { z } from "zod";
import { ExpectedError, hasCode, oneLine } from "../cli/errors.ts";
import { assertRemovable, assertWritable } from "./guard.ts";
import { temporaryName } from "./paths.ts";

const CHUNK = 1024 * 1024;

/** Bytes and SHA-256 (hex) of a file, read as a stream. */
export async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** What a file is made of; parts are written as they come. */
type Content = string | Uint8Array | AsyncIterable<string>;

/** Makes the file appear with this content, or stay as it was: temporary name, fsync, rename, fsync of the directory. */
export async function writeFileAtomic(path: string, content: Content): Promise<void> {
  assertWritable(path, { entry: true });
  const temporary = join(dirname(path), temporaryName(basename(path)));
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeAndSync(temporary, content, "w");
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncPath(dirname(path));
}

/** Writes a file that must not be there yet (EEXIST otherwise), and makes it durable. */
export async function writeNewFile(path: string, content: string | Uint8Array): Promise<void> {
  assertWritable(path);
  await writeAndSync(path, content, "wx");
  await syncPath(dirname(path));
}

async function writeAndSync(path: string, content: Content, flags: "w" | "wx"): Promise<void> {
  const file = await open(path, flags);
  try {
    await writeFile(file, content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** fsync of one file or directory. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** fsync of every file below a directory, then of the directories, the innermost first. */
export async function syncTree(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncTree(join(dir, entry.name));
    else if (entry.isFile()) await syncPath(join(dir, entry.name));
  }
  await syncPath(dir);
}

/**
 * Puts a finished directory in its place: fsync of all that is in it, rename, fsync of the parent. Both are in the
 * same file system. A directory that is there already is an error, unless it is empty or `replace` is set: then it is
 * moved aside, and removed when the new one is in place. ExpectedError where a link stands: it is not for a directory
 * to take its place, and what it leads to may be on another file system.
 */
export async function publishDirectory(
  finished: string,
  place: string,
  options: { replace?: boolean } = {},
): Promise<void> {
  assertRemovable(place);
  if ((await kindOf(place)) === "link") {
    throw new ExpectedError(`${place} is a symbolic link: name the directory itself`);
  }
  await syncTree(finished);
  const old = join(dirname(place), temporaryName(`${basename(place)}.old`));
  const replaced = options.replace === true && (await renameIfThere(place, old));
  await rename(finished, place);
  await syncPath(dirname(place));
  if (replaced) await removeTree(old);
}

async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** Removes a file or directory with all that is in it, also where write bits were taken away; absent is fine. */
export async function removeTree(path: string): Promise<void> {
  assertRemovable(path);
  await allowRemoval(path);
  await rm(path, { recursive: true, force: true });
}

async function allowRemoval(path: string): Promise<void> {
  if ((await kindOf(path)) !== "directory") return;
  await chmod(path, 0o755);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await allowRemoval(join(path, entry.name));
  }
}

/** What stands at a path, links not followed; `undefined` for nothing. */
export async function kindOf(path: string): Promise<"file" | "directory" | "link" | "other" | undefined> {
  try {
    const stat = await lstat(path);
    if (stat.isFile()) return "file";
    if (stat.isDirectory()) return "directory";
    return stat.isSymbolicLink() ? "link" : "other";
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

/** Names in a directory, sorted; none where there is no such directory. */
export async function namesIn(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** Everything below a directory that is not a directory itself, as sorted paths relative to it, joined with `/`. */
export async function filesBelow(dir: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesBelow(join(dir, entry.name), `${name}/`)));
    else found.push(name);
  }
  return found.sort();
}

/** Reads a JSON file of a known shape. ExpectedError when it can't be parsed or has another shape. */
export async function readJsonFile<S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>> {
  const text = await readFile(path, "utf8");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ExpectedError(`${path} is not JSON: ${oneLine(error)}`, { cause: error });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ExpectedError(`${path}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "wrong shape"}`);
}

/** The same, but undefined where there is no such file. */
export async function readJsonIfThere<S extends z.ZodType>(
  path: string,
  schema: S,
): Promise<z.infer<S> | undefined> {
  return (await kindOf(path)) === undefined ? undefined : readJsonFile(path, schema);
}

/** The text of a file; empty where there is none. */
export async function textIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return "";
    throw error;
  }
}

/** Writes a value as indented JSON, atomically. */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}
