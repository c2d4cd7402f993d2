import { setTimeout as sleep } from "node:timers/promises";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { type LockOwner, liveOwner, ownerText, withLock } from "./lock.ts";

const POLL_MS = 100;

/** How long to wait for a lock, and how to report it. */
export interface Waiting {
  /** Milliseconds to wait for another holder. */
  timeout: number;
  /** Called once when waiting begins; without an owner if it has released the lock by then. */
  onWait(owner: LockOwner | undefined): void;
}

/**
 * Runs `fn` under the lock at `path`, waiting for another holder to release it. On timeout, throws the lock's own ExpectedError,
 * which names the holder.
 */
export async function withLockAfter<T>(
  path: string,
  what: string,
  waiting: Waiting,
  fn: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + waiting.timeout;
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
      if (entered || !(error instanceof ExpectedError) || performance.now() >= deadline) throw error;
      // The lock is free now: either it was released since the attempt, so try again, or the error has another reason.
      const owner = liveOwner(path);
      if (owner === undefined && !wasHeld) throw error;
      wasHeld = owner !== undefined;
      if (attempt === 0) waiting.onWait(owner);
      await sleep(POLL_MS);
    }
  }
}

/** Waits up to `timeout` milliseconds, and logs the holder. */
export function waitAloud(timeout: number, log: Pick<Logger, "info">): Waiting {
  return {
    timeout,
    onWait(owner) {
      if (owner !== undefined) log.info(`waiting for ${ownerText(owner)}`);
    },
  };
}
