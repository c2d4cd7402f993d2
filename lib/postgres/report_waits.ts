import { oneLine } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { readSql } from "../sql/sql_files.ts";
import { askAside, backendOf, type Connection } from "./connection.ts";

/** How to look what a connection waits for. */
export interface ReportOptions {
  url: string;
  log: Logger;
  /** Milliseconds between two looks, and after which a look without an answer is given up. */
  patienceMs: number;
}

/**
 * Runs `work`, and reports every now and then what the statement of its connection waits for: other sessions, or a server that
 * does not answer. Neither ends the statement, since a load may take hours.
 */
export async function reportingWaits<T>(
  { client, where }: Connection,
  { url, log, patienceMs }: ReportOptions,
  work: () => Promise<T>,
): Promise<T> {
  let looking: Promise<void> | undefined;
  let lastFault: string | undefined;
  const look = async () => {
    try {
      const sql = readSql("postgres/blockers.sql");
      const blockers = await askAside(url, { sql, values: [backendOf(client)], timeoutMs: patienceMs });
      lastFault = undefined;
      if (blockers.length > 0) log.info(`waiting for locks of ${processesText(blockers)}`);
    } catch (error) {
      const fault = oneLine(error);
      if (fault !== lastFault) {
        log.warn(`PostgreSQL at ${where} can't be asked what the load is waiting for: ${fault}`);
      }
      lastFault = fault;
    }
  };
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
  }, patienceMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await looking;
  }
}

/** Server processes, and for how long their transactions have been open where this role may see it. */
export function processesText(rows: readonly { pid?: unknown; age?: unknown }[]): string {
  if (rows.length === 0) return "server processes that have ended by now";
  const processes = rows.map(({ pid, age }) => (age === null ? String(pid) : `${pid} (for ${age} s)`));
  return `server processes ${processes.join(", ")}`;
}
