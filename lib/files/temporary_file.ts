import { randomUUID } from "node:crypto";
import { closeSync, openSync, rmSync } from "node:fs";
import { open, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { withPath } from "../cli/system_error.ts";
import { halfMade } from "./half_made.ts";
import { askKernel, isCurrent, openLockFileIfThere } from "./kernel_lock.ts";
import { TEMPORARY_PREFIX, temporaryName } from "./paths.ts";

/** The content of a file; parts are written as they arrive. */
export type Content = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/**
 * Writes a file durably under a temporary name next to `place`, and has `publish` give it its name. Removes it on failure. The
 * file is locked while it is written, so that a later writer can recognise and remove what a killed process left.
 */
export async function withTemporaryFile(
  place: string,
  content: Content,
  publish: (temporary: string) => Promise<void>,
): Promise<void> {
  await removeLeftovers(dirname(place), `${TEMPORARY_PREFIX}${basename(place)}.`);
  const temporary = createLocked(place);
  try {
    await writeAndSync(temporary.path, content);
    await publish(temporary.path);
  } catch (error) {
    await discard(temporary.path);
    throw error;
  } finally {
    temporary.release();
  }
}

/** Removes the files in a directory that have this prefix and are no longer being written. */
export async function removeLeftovers(dir: string, beginning: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (!entry.name.startsWith(beginning) || !entry.isFile()) continue;
    const path = join(dir, entry.name);
    await ifAbandoned(path, () => rm(path, { force: true }));
  }
}

/**
 * Acts on a file created for locking whose lock no one holds, if it still exists. Holds the lock meanwhile: a creator that has
 * not locked it yet is refused, or finds its file gone.
 */
export async function ifAbandoned(path: string, remove: () => Promise<void>): Promise<void> {
  const fd = openLockFileIfThere(path);
  if (fd === undefined) return;
  try {
    if (askKernel(fd, path, { shared: true })) await remove();
  } finally {
    closeSync(fd);
  }
}

/** A temporary file that this process has created and locked. */
export interface LockedFile {
  path: string;
  /**
   * Ends the lock; repeated calls do nothing. Call it once the file is renamed or removed: until then, an interruption removes
   * it.
   */
  release(): void;
}

/**
 * Creates a locked file. One taken for a leftover before it was locked is abandoned to its remover. Synchronous, so that no
 * interruption arrives between the creation and the note that the file is to be removed.
 */
export function createLocked(place: string, suffix = ""): LockedFile {
  for (;;) {
    const path = join(
      dirname(place),
      `${temporaryName(basename(place))}-${randomUUID().slice(0, 8)}${suffix}`,
    );
    const fd = create(path, place);
    const isGone = halfMade(path);
    let isHeld = true;
    const release = () => {
      // Another file may have the descriptor after the first call.
      if (isHeld) closeSync(fd);
      isHeld = false;
      isGone();
    };
    let isOurs = false;
    try {
      isOurs = askKernel(fd, path, { shared: false }) && isCurrent(fd, path);
      if (isOurs) return { path, release };
    } finally {
      if (!isOurs) {
        rmSync(path, { force: true });
        release();
      }
    }
  }
}

/** Creates the file; an error names the place, which is what the user knows. */
function create(path: string, place: string): number {
  try {
    return openSync(path, "wx");
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(path, place);
    throw error;
  }
}

async function writeAndSync(path: string, content: Content): Promise<void> {
  const file = await open(path, "r+");
  try {
    await writeFile(file, content);
    await file.sync();
  } catch (error) {
    throw withPath(error, path);
  } finally {
    await file.close();
  }
}

/** What can't be removed now, e.g. on a failing disk, is removed later as a leftover. */
async function discard(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}
