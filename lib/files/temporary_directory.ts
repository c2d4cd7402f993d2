import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { hasCode } from "../cli/errors.ts";
import { kindOf, namesIn, removeTree } from "./files.ts";
import { assertWritable } from "./guard.ts";
import { halfMade } from "./half_made.ts";
import { TEMPORARY_PREFIX } from "./paths.ts";
import { createLocked, ifAbandoned, type LockedFile } from "./temporary_file.ts";

const LOCK = ".lock";
/** Errors of a directory in which nothing can be created. */
const NOTHING_CREATED = ["EACCES", "EROFS", "EPERM", "ENOENT", "ENOTDIR", "ENOSPC", "EDQUOT"];

/** The name of a temporary directory of this process, and how to release it. */
export interface TemporaryDirectory {
  /** Not created yet. */
  path: string;
  /** Removes the directory, if it was created, and its lock. */
  remove(): Promise<void>;
}

/**
 * Reserves a name for a directory `_tmp.<name>.*` in `parent`. A locked file next to it shows that its process lives, in
 * whichever container; directories of that name whose process is gone are removed. Without a lock where `parent` can't be
 * written, is full or is no directory, in which the directory, as a rule, can't be created either.
 */
export async function temporaryDirectory(parent: string, name: string): Promise<TemporaryDirectory> {
  assertWritable(join(parent, name));
  try {
    await removeAbandoned(parent, `${TEMPORARY_PREFIX}${name}.`);
    const lock = createLocked(join(parent, name), LOCK);
    const path = join(parent, basename(lock.path, LOCK));
    const isGone = halfMade(path);
    const remove = async () => {
      await removeBoth(path, lock);
      isGone();
    };
    return { path, remove };
  } catch (error) {
    if (!hasCode(error, ...NOTHING_CREATED)) throw error;
    const path = join(parent, `${TEMPORARY_PREFIX}${name}.none-${randomUUID().slice(0, 8)}`);
    const remove = async () => {
      if ((await kindOf(path)) !== undefined) await removeTree(path);
    };
    return { path, remove };
  }
}

async function removeAbandoned(parent: string, beginning: string): Promise<void> {
  for (const name of await namesIn(parent)) {
    if (!name.startsWith(beginning) || !name.endsWith(LOCK)) continue;
    await ifAbandoned(join(parent, name), async () => {
      await removeTree(join(parent, basename(name, LOCK)));
      await rm(join(parent, name), { force: true });
    });
  }
}

async function removeBoth(path: string, lock: LockedFile): Promise<void> {
  try {
    await removeTree(path);
    await rm(lock.path, { force: true });
  } finally {
    lock.release();
  }
}
