// Keeps what is derived from sources below node_modules/.cache, where that is possible. The first line of a kept file, its header,
// names the sources and has a hash of their bytes and one of the rest of the file. Both are compared each time, so that every edit
// is noticed.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

const HEADER = "//";
/** Why a file can't be kept: the project belongs to another user, is on a read-only disk, or the disk is full. */
const NOT_KEPT = new Set(["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "EEXIST", "EFBIG"]);
/** Names of files that are being written. */
export const TEMPORARY = /^\.compiling-/;

/**
 * The directory of the files that are kept for the project at `root`. Checkouts may share their node_modules: each has its own.
 * @param {string} root
 */
export function keptDirectory(root) {
  const hash = createHash("sha256").update(root).digest("hex").slice(0, 16);
  return join(root, "node_modules", ".cache", "discogs-data-lake", hash);
}

/**
 * Reads a kept file: undefined if there is none, it is cut off, or a source was changed or removed.
 * @param {string} root
 * @param {string} path
 */
export function readKept(root, path) {
  try {
    const bytes = readFileSync(path);
    const end = bytes.indexOf("\n");
    const header = JSON.parse(bytes.subarray(HEADER.length, end).toString());
    const body = bytes.subarray(end + 1);
    const isSound = header.body === sha256(body) && header.hash === hashOf(contentsOf(root, header.sources));
    return isSound ? { header, body } : undefined;
  } catch {
    // What is missing or unreadable is made again, which tells what is wrong.
    return undefined;
  }
}

/**
 * The contents of a file to keep: its header and its body.
 * @param {string} body
 * @param {ReadonlyMap<string, Uint8Array>} sources their bytes, by path
 * @param {object} more further properties of the header
 */
export function withHeader(body, sources, more = {}) {
  const header = { ...more, hash: hashOf(sources), body: sha256(body), sources: [...sources.keys()] };
  return `${HEADER}${JSON.stringify(header)}\n${body}`;
}

/**
 * Reads sources.
 * @param {string} root
 * @param {readonly string[]} names paths, absolute or relative to the root
 * @returns {Map<string, Uint8Array>} the bytes of each
 */
export function contentsOf(root, names) {
  return new Map(names.map((name) => [name, readFileSync(resolve(root, name))]));
}

/**
 * Hash of sources.
 * @param {ReadonlyMap<string, Uint8Array>} sources
 */
export function hashOf(sources) {
  const hash = createHash("sha256");
  for (const [name, bytes] of sources) hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  return hash.digest("hex");
}

/**
 * Writes into the directory of `path`; false when files can't be kept there.
 * @param {string} path
 * @param {() => void} write
 */
export function kept(path, write) {
  try {
    mkdirSync(dirname(path), { recursive: true });
    write();
    return true;
  } catch (error) {
    if (NOT_KEPT.has(error.code)) return false;
    throw error;
  }
}

/**
 * Writes a file and puts it in its place in one step.
 * @param {string} path
 * @param {string | Uint8Array} content
 */
export function replace(path, content) {
  const temporary = join(dirname(path), `.compiling-${process.pid}-${basename(path)}`);
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** @param {string | Uint8Array} data */
function sha256(data) {
  return createHash("sha256").update(data).digest("hex");
}
