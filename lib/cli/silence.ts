import type { Logger } from "./log.ts";

const PATIENCE_MS = 30_000;

/**
 * Reports that requests to a server wait for its answers. Those that are answered have a progress of their own, so nothing is
 * reported while any of the requests is.
 */
export class Silence {
  readonly #log: Pick<Logger, "info">;
  readonly #patienceMs: number;
  /** By `performance.now()`, as the other times: setting the system's clock does not change it. */
  #lastAnswer = Number.NEGATIVE_INFINITY;
  #lastReport = Number.NEGATIVE_INFINITY;

  /** @param patienceMs milliseconds without an answer after which to report it, each time */
  constructor(log: Pick<Logger, "info">, patienceMs = PATIENCE_MS) {
    this.#log = log;
    this.#patienceMs = patienceMs;
  }

  /** Runs a request; `what` is reported with the seconds since the last answer to any request or the beginning of this one. */
  async during<T>(what: string, request: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    const timer = setInterval(() => this.#report(what, begun), this.#patienceMs);
    try {
      return await request();
    } finally {
      clearInterval(timer);
      this.#lastAnswer = performance.now();
    }
  }

  #report(what: string, begun: number): void {
    const now = performance.now();
    // Half of it, because the clock and the timer differ.
    if (now - Math.max(this.#lastAnswer, this.#lastReport) < this.#patienceMs / 2) return;
    this.#lastReport = now;
    this.#log.info(`${what} for ${Math.round((now - Math.max(this.#lastAnswer, begun)) / 1000)} s`);
  }
}
