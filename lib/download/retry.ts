import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import type { Clock } from "./clock.ts";
import { type Bounds, requireTime } from "./limits.ts";
import { TransientError } from "./transient_error.ts";

/** When to retry, wait and give up. */
export interface RetryPolicy {
  /** Consecutive failures after which to give up. */
  retries: number;
  /** Longest single wait, in seconds. */
  maxWaitSeconds: number;
  clock: Clock;
  log: Logger;
  /** Overall time limit. */
  bounds?: Bounds;
}

const LONGEST_BACKOFF = 60;

/**
 * Repeats attempts until one succeeds. After a {@link TransientError} it logs and waits: as long as the
 * server requests, else 2, 4, 8 ... up to 60 s. Throws ExpectedError if the retries are used up or the server
 * requests more than `maxWaitSeconds`; rethrows any other error at once.
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  what: string,
  attempt: () => Promise<T>,
): Promise<T> {
  let failures = 0;
  for (;;) {
    if (policy.bounds !== undefined) requireTime(policy.bounds, what);
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      failures = error.progressed ? 1 : failures + 1;
      await pause(policy, what, error, failures);
    }
  }
}

async function pause(
  policy: RetryPolicy,
  what: string,
  error: TransientError,
  failures: number,
): Promise<void> {
  const { retries, maxWaitSeconds, clock, log } = policy;
  if (failures > retries) {
    const tries = failures === 1 ? "the first try" : `${failures} tries in a row`;
    throw new ExpectedError(`${what}: ${error.message}; given up after ${tries}. Run it again to resume.`, {
      cause: error,
    });
  }
  const asked = error.waitSeconds ?? 0;
  if (asked > maxWaitSeconds) {
    throw new ExpectedError(
      `${what}: ${error.message}, which is more than --max-wait ${maxWaitSeconds}. Run it again after that.`,
      { cause: error },
    );
  }
  const seconds = asked > 0 ? asked : Math.min(2 ** failures, LONGEST_BACKOFF, maxWaitSeconds);
  const until = new Date(clock.now() + seconds * 1000).toISOString().slice(11, 19);
  log.warn(`${what}: ${error.message}; waiting ${seconds} s, until ${until} UTC (${failures} of ${retries})`);
  await clock.sleep(seconds * 1000);
}
