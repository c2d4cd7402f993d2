import { createHash } from "node:crypto";
import { constants, renameSync, statSync } from "node:fs";
import {
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { z } from "zod";
import { ExpectedError, hasCode, oneLine } from "../cli/errors.ts";
import { withPath } from "../cli/system_error.ts";
import { allowRemoval } from "./allow_removal.ts";
import { assertRemovable, assertWritable } from "./guard.ts";
import { TEMPORARY_PREFIX, temporaryName } from "./paths.ts";
import { processStart } from "./process_identity.ts";
import { type Content, withTemporaryFile } from "./temporary_file.ts";

const CHUNK = 1024 * 1024;

/** SHA-256 (hex) of bytes, or of the UTF-8 of a text. */
export function sha256Of(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Bytes and SHA-256 (hex) of a file, read as a stream. */
export async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = new FileHash(path);
  await hash.readTo(Number.POSITIVE_INFINITY);
  return hash.end();
}

/** The SHA-256 of a file, part of which can be read before the rest is final. */
export class FileHash {
  readonly #path: string;
  readonly #hash = createHash("sha256");
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads from where the last call stopped to this position, or to the end of the file. */
  async readTo(end: number): Promise<void> {
    const file = await open(this.#path, "r");
    try {
      const chunk = Buffer.allocUnsafe(CHUNK);
      // A pipe, which is read from its beginning, has no positions.
      const isFromStart = this.#bytes === 0;
      while (this.#bytes < end) {
        const length = Math.min(CHUNK, end - this.#bytes);
        const { bytesRead } = await file.read(chunk, 0, length, isFromStart ? null : this.#bytes);
        if (bytesRead === 0) break;
        this.#hash.update(chunk.subarray(0, bytesRead));
        this.#bytes += bytesRead;
      }
    } catch (error) {
      throw withPath(error, this.#path);
    } finally {
      await file.close();
    }
  }

  /** Bytes read, and their hash (hex). Nothing can be read after it. */
  end(): { bytes: number; sha256: string } {
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }
}

/**
 * Writes a file atomically: temporary name, fsync, rename, fsync of the directory. Replaces only a file or a link to one;
 * ExpectedError for anything else.
 */
export async function writeFileAtomic(path: string, content: Content): Promise<void> {
  assertWritable(path, { entry: true });
  refuseOtherThanFile(path);
  await makeDirectory(dirname(path));
  await withTemporaryFile(path, content, (temporary) => rename(temporary, path));
  await syncPath(dirname(path));
}

/** The rename would replace `active`, a device or a pipe, and the link `/dev/stdout`, whatever it leads to. */
function refuseOtherThanFile(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory()) {
    throw new ExpectedError(`${path} is a directory: give the path of a file, e.g. one in it`);
  }
  if ((there !== undefined && !there.isFile()) || resolve(dirname(path)) === "/dev") {
    throw new ExpectedError(`${path} is not a regular file: give the path of one, or of a new file`);
  }
}

/**
 * Creates a file atomically and durably; EEXIST if it exists. Publishes by linking the temporary file, which never replaces
 * another file, unlike a rename.
 */
export async function writeNewFile(path: string, content: string | Uint8Array): Promise<void> {
  assertWritable(path);
  await withTemporaryFile(path, content, async (temporary) => {
    await link(temporary, path);
    await rm(temporary);
  });
  await syncPath(dirname(path));
}

/** Opens a file to write it in place. ExpectedError in a sealed run and for a link, which is not followed. */
export async function openToWrite(path: string, how: "append" | "replace"): Promise<FileHandle> {
  assertWritable(path);
  const flags =
    how === "append" ? constants.O_RDWR | constants.O_APPEND : constants.O_WRONLY | constants.O_TRUNC;
  try {
    return await open(path, flags | constants.O_CREAT | constants.O_NOFOLLOW, 0o666);
  } catch (error) {
    if (!hasCode(error, "ELOOP")) throw error;
    throw new ExpectedError(`${path} is a symbolic link, which is never written through: remove it`, {
      cause: error,
    });
  }
}

/** Changes the mode of a file or directory, but never of a link or its target. */
export async function changeMode(path: string, mode: number): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    await handle.chmod(mode);
  } catch (error) {
    throw withPath(error, path);
  } finally {
    await handle.close();
  }
}

/**
 * Creates a directory and its missing parents durably; an existing one is left unchanged. One at a time: Node's recursive `mkdir`
 * never ends where the kernel answers ENOENT although the parent exists, as in `/proc`.
 * @param created gets those that are created, outermost first, also if a later one can't be
 * @throws ExpectedError in a sealed run, and where no directory can be made
 */
export async function makeDirectory(path: string, created: string[] = []): Promise<void> {
  const place = resolve(path);
  const missing: string[] = [];
  for (let dir = place; !(await isDirectory(dir)); dir = dirname(dir)) missing.unshift(dir);
  if (missing.length === 0) return;
  assertWritable(place);
  for (const dir of missing) if (await makeOne(dir)) created.push(dir);
  for (const dir of missing.reverse()) await syncPath(dirname(dir));
}

/** Creates a directory in an existing one. False if another process has done so meanwhile. */
async function makeOne(dir: string): Promise<boolean> {
  try {
    await mkdir(dir);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) {
      const why = `${dirname(dir)} takes no new directories, or was removed meanwhile`;
      throw new ExpectedError(`${dir} can't be created: ${why}`, { cause: error });
    }
    if (!hasCode(error, "EEXIST")) throw error;
    if (await isDirectory(dir)) return false;
    const what = (await kindOf(dir)) === "link" ? "a link that does not lead to" : "not";
    throw new ExpectedError(`${dir} is ${what} a directory`, { cause: error });
  }
}

/** fsync of one file or directory. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } catch (error) {
    throw withPath(error, path);
  } finally {
    await handle.close();
  }
}

/** fsync of every file below a directory, then of the directories, innermost first. */
export async function syncTree(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncTree(join(dir, entry.name));
    else if (entry.isFile()) await syncPath(join(dir, entry.name));
  }
  await syncPath(dir);
}

/**
 * Publishes a finished directory in the same file system: fsync of its contents, rename, fsync of the parent. An existing
 * directory is an error, unless it is empty or `replace` is set: then it is moved aside, and removed once the new one is in
 * place, whatever it contains.
 * @throws ExpectedError if the destination is not empty, or is a link, whose target may be on another file system
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
  try {
    // Synchronous: if an interruption removed `finished` while a thread renamed it, a part of it would be published.
    renameSync(finished, place);
  } catch (error) {
    const isTaken = hasCode(error, "ENOTEMPTY", "EEXIST");
    if (replaced && isTaken) await removeTree(old);
    else if (replaced) await rename(old, place);
    if (!isTaken) throw error;
    throw new ExpectedError(`${place} is not empty: choose another directory`, { cause: error });
  }
  await syncPath(dirname(place));
  if (replaced) await removeTree(old);
}

/**
 * Removes what dead processes left next to a directory that they were about to publish. One that had been moved aside, and was not
 * replaced, returns to its place.
 */
export async function removeAbandoned(place: string): Promise<void> {
  const parent = dirname(place);
  const prefix = `${TEMPORARY_PREFIX}${basename(place)}.`;
  for (const name of (await isDirectory(parent)) ? await namesIn(parent) : []) {
    if (!name.startsWith(prefix)) continue;
    const [, old, pid] = /^(old\.)?(\d+)$/.exec(name.slice(prefix.length)) ?? [];
    if (pid === undefined) continue;
    if (Number(pid) !== process.pid && processStart(Number(pid)) !== undefined) continue;
    const path = join(parent, name);
    if (old !== undefined && (await kindOf(place)) === undefined) await rename(path, place);
    else await removeTree(path);
  }
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

/** Removes a file or directory with its contents, even without write permissions; absent is fine. */
export async function removeTree(path: string): Promise<void> {
  assertRemovable(path);
  allowRemoval(path);
  await rm(path, { recursive: true, force: true });
}

/** The kind of entry at a path, without following links; `undefined` if there is none. */
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

/** Whether a path leads to a directory. Links are followed. */
export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return false;
    throw error;
  }
}

/** Names in a directory, sorted; none if it does not exist. */
export async function namesIn(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** Everything below a directory except directories, as sorted relative paths with `/`. */
export async function filesBelow(dir: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesBelow(join(dir, entry.name), `${name}/`)));
    else found.push(name);
  }
  return found.sort();
}

/** The bytes of a file. If it can't be read, e.g. from a failing disk, the error names it, unlike Node's. */
export async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw withPath(error, path);
  }
}

/** The text of a file, read like {@link readBytes}. */
export async function readText(path: string): Promise<string> {
  return (await readBytes(path)).toString("utf8");
}

/** Reads a JSON file of a known shape. ExpectedError if it can't be parsed or has another shape. */
export async function readJsonFile<S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>> {
  return parseJson(await readText(path), path, schema);
}

/** Parses JSON of a known shape, read from a path or URL. ExpectedError if it can't be parsed or has another shape. */
export function parseJson<S extends z.ZodType>(text: string, from: string, schema: S): z.infer<S> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ExpectedError(`${from} is not JSON: ${oneLine(error)}`, { cause: error });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ExpectedError(`${from}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "wrong shape"}`);
}

/** The same, but undefined if the file does not exist. */
export async function readJsonIfThere<S extends z.ZodType>(
  path: string,
  schema: S,
): Promise<z.infer<S> | undefined> {
  try {
    return await readJsonFile(path, schema);
  } catch (error) {
    // Not asked before: the file may be removed at any moment. A link that leads nowhere is an error.
    if (hasCode(error, "ENOENT", "ENOTDIR") && (await kindOf(path)) !== "link") return undefined;
    throw error;
  }
}

/** The text of a file; empty if it does not exist. */
export async function textIfThere(path: string): Promise<string> {
  try {
    return await readText(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return "";
    throw error;
  }
}

/** Writes a value as indented JSON, atomically. */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}
