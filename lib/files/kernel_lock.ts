import { constants, fstatSync, lstatSync, openSync } from "node:fs";
import { tryLock } from "fs-native-extensions";
import { ExpectedError, hasCode } from "../cli/errors.ts";

/** Opens a lock file, which is never a link; `create` creates it if missing. */
export function openLockFile(path: string, { create }: { create: boolean }): number {
  const access = create ? constants.O_RDWR | constants.O_CREAT : constants.O_RDONLY;
  try {
    return openSync(path, access | constants.O_NOFOLLOW, 0o666);
  } catch (error) {
    if (!hasCode(error, "ELOOP")) throw error;
    throw new ExpectedError(`${path} is a symbolic link, but must be a lock file: remove it`, {
      cause: error,
    });
  }
}

/** Opens a lock file; undefined if there is none. */
export function openLockFileIfThere(path: string): number | undefined {
  try {
    return openLockFile(path, { create: false });
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Requests the kernel's lock of an open file and returns whether it was granted. It ends when the file is closed. */
export function askKernel(fd: number, path: string, options: { shared: boolean }): boolean {
  try {
    return tryLock(fd, options);
  } catch (error) {
    if (!hasCode(error, "ENOLCK", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EINVAL")) throw error;
    throw new ExpectedError(
      `${path} can't be locked: its file system has no locks, so it can't hold a lake`,
      {
        cause: error,
      },
    );
  }
}

/** Whether the open file is still the one at its path: a holder removes the lock file before it releases the lock. */
export function isCurrent(fd: number, path: string): boolean {
  const there = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  const opened = fstatSync(fd, { bigint: true });
  return there !== undefined && there.ino === opened.ino && there.dev === opened.dev;
}
