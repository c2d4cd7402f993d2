import { randomUUID } from "node:crypto";
import { closeSync } from "node:fs";
import { type FileHandle, open, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { withPath } from "../cli/system_error.ts";
import { halfMade } from "./half_made.ts";
import { askKernel, isCurrent, openLockFileIfThere } from "./kernel_lock.ts";
import { TEMPORARY_PREFIX, temporaryName } from "./paths.ts";

/** What a file is made of; parts are written as they come. */
export type Content = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/**
 * Writes a file under a temporary name beside `place`, makes it durable, and has `publish` give it its name. It is gone
 * when that fails. While it is written it is locked, so that whoever writes to the same place later can tell what a
 * killed process left, and removes it.
 */
export async function withTemporaryFile(
  place: string,
  content: Content,
  publish: (temporary: string) => Promise<void>,
): Promise<void> {
  await removeLeftovers(dirname(place), `${TEMPORARY_PREFIX}${basename(place)}.`);
  const { path, file } = await createLocked(place);
  const isDone = halfMade(path);
  try {
    await writeAndSync(file, path, content);
    await publish(path);
  } catch (error) {
    await discard(path);
    throw error;
  } finally {
    isDone();
    await file.close();
  }
}

/** Removes the files in a directory whose names begin so and that nobody writes any more. */
export async function removeLeftovers(dir: string, beginning: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (!entry.name.startsWith(beginning) || !entry.isFile()) continue;
    const path = join(dir, entry.name);
    await ifAbandoned(path, () => rm(path, { force: true }));
  }
}

/**
 * Does something about a file that was made locked and whose lock nobody has; not when it is gone by now. The lock is
 * held until that is done: whoever made the file and has no lock yet finds it refused, or its file gone.
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

/** A new file that is locked: one that was taken for a leftover before it was is left to whoever removes it. */
export async function createLocked(place: string, suffix = ""): Promise<{ path: string; file: FileHandle }> {
  for (;;) {
    const path = join(
      dirname(place),
      `${temporaryName(basename(place))}-${randomUUID().slice(0, 8)}${suffix}`,
    );
    const file = await open(path, "wx");
    try {
      if (askKernel(file.fd, path, { shared: false }) && isCurrent(file.fd, path)) return { path, file };
    } catch (error) {
      await file.close();
      await discard(path);
      throw error;
    }
    await file.close();
    await discard(path);
  }
}

async function writeAndSync(file: FileHandle, path: string, content: Content): Promise<void> {
  try {
    await writeFile(file, content);
    await file.sync();
  } catch (error) {
    throw withPath(error, path);
  }
}

/** What can't be removed now, on a disk that refuses all, is removed as a leftover. */
async function discard(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}
