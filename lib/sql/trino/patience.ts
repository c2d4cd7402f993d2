import { setTimeout as sleep } from "node:timers/promises";
import { Silence } from "../../cli/silence.ts";
import type { Call } from "./call.ts";
import { requestFault } from "./faults.ts";
import { unavailable } from "./statement_errors.ts";

/** How long a server may be unreachable before it is abandoned, however much time the statement has left. */
const AWAY_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Repeats a request until it is answered: a statement starts only when its first page is requested, and a page can be requested
 * again, so every request of the protocol may be repeated. Reports a server that keeps silent.
 */
export async function patiently<T>(call: Call, request: () => Promise<T>): Promise<T> {
  const { session } = call;
  session.silence ??= new Silence(session.log);
  const begin = Date.now();
  for (let round = 0; ; round += 1) {
    try {
      return await session.silence.during(`waiting for Trino at ${session.settings.url}`, request);
    } catch (error) {
      call.signal.throwIfAborted();
      const fault = requestFault(error);
      if (fault?.kind !== "passing") throw error;
      call.lastFault = fault.what;
      const away = Date.now() - Math.max(begin, call.heard) + (fault.waitMs ?? 0);
      if (away > AWAY_MS) throw unavailable(call, `${fault.what} (attempt ${round + 1}, given up)`);
      await pause(call, `does not answer (${fault.what})`, round, fault.waitMs);
    }
  }
}

/** Waits before the next attempt, twice as long each time. Logs the first wait. */
export async function pause(call: Call, why: string, round: number, waitMs?: number): Promise<void> {
  const ms = waitMs ?? Math.min(FIRST_PAUSE_MS * 2 ** round, LONGEST_PAUSE_MS);
  const { log, settings } = call.session;
  if (round === 0) log.warn(`Trino at ${settings.url} ${why}: trying again`);
  else log.progress(`Trino at ${settings.url} ${why}: attempt ${round + 2}`);
  try {
    await sleep(ms, undefined, { signal: call.signal });
  } catch (error) {
    call.signal.throwIfAborted();
    throw error;
  }
}
