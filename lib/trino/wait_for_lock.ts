import { setTimeout as sleep } from "node:timers/promises";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { liveOwner, withLock } from "../lake/lock.ts";

const POLL_MS = 200;

/**
 * Like `withLock`, but waits while another live process has the lock, up to `waitMs`; then the lock's own error, which
 * names that process.
 */
export async function withLockWaiting<T>(
  path: string,
  what: string,
  { waitMs, log }: { waitMs: number; log: Logger },
  fn: () => Promise<T>,
): Promise<T> {
  const end = Date.now() + waitMs;
  let said = false;
  for (;;) {
    let started = false;
    try {
      return await withLock(path, what, async () => {
        started = true;
        return await fn();
      });
    } catch (error) {
      if (started || !(error instanceof ExpectedError) || Date.now() >= end) throw error;
    }
    const owner = liveOwner(path);
    if (owner !== undefined && !said) log.info(`waiting for pid ${owner.pid} (${owner.what})`);
    said ||= owner !== undefined;
    await sleep(POLL_MS);
  }
}
