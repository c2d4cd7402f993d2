// Writes files below node_modules/.cache, where that is possible.
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Why a file can't be kept: the project belongs to another user, is on a read-only disk, or the disk is full. */
const NOT_KEPT = new Set(["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "EEXIST", "EFBIG"]);
/** Names of files that are being written. */
export const TEMPORARY = /^\.compiling-/;

/** Writes into the directory of `path`; false when files can't be kept there. */
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

/** Writes a file and puts it in its place in one step. */
export function replace(path, content) {
  const temporary = join(dirname(path), `.compiling-${process.pid}-${basename(path)}`);
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}
