import { setTimeout as sleep } from "node:timers/promises";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { type LockOwner, liveOwner, ownerText, withLock } from "./lock.ts";

const POLL_MS = 100;

/** How long a lock is waited for, and what is reported meanwhile. */
export interface Waiting {
  /** Milliseconds to wait for another holder. */
  timeout: number;
  /** Called once, when there is something to wait for; without an owner when that one has let go by now. */
  onWait(owner: LockOwner | undefined): void;
}

/**
 * Runs `fn` under the lock at `path`, waiting for another holder to let go of it. When that takes too long the
 * lock's own ExpectedError, which names the holder, is thrown.
 */
export async function withLockAfter<T>(
  path: string,
  what: string,
  waiting: Waiting,
  fn: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + waiting.timeout;
  let entered = false;
  let wasHeld = true;
  const enter = () => {
    entered = true;
    return fn();
  };
  for (let attempt = 0; ; attempt++) {
    try {
      return await withLock(path, what, enter);
    } catch (error) {
      if (entered || !(error instanceof ExpectedError) || Date.now() >= deadline) throw error;
      // Free now: let go of since the attempt, which is worth another one, or the error has another reason.
      const owner = liveOwner(path);
      if (owner === undefined && !wasHeld) throw error;
      wasHeld = owner !== undefined;
      if (attempt === 0) waiting.onWait(owner);
      await sleep(POLL_MS);
    }
  }
}

/** Waits up to `timeout` milliseconds, and logs for whom. */
export function waitAloud(timeout: number, log: Pick<Logger, "info">): Waiting {
  return {
    timeout,
    onWait(owner) {
      if (owner !== undefined) log.info(`waiting for ${ownerText(owner)}`);
    },
  };
}
