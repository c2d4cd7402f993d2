import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "../cli/log.ts";
import { readSql } from "../sql/sql_files.ts";
import type { Connection } from "./connection.ts";
import { commentText, dropStatements, inTransaction, type Schemas, tablesOf } from "./schemas.ts";

/** Shorter than the time after which PostgreSQL looks for deadlocks, so that no reader is ended for the sake of a load. */
const LOCK_TIMEOUT_MS = 500;
const PAUSE_MS = 1000;
/** After so many attempts the readers that are waited for are named again. */
const ATTEMPTS_PER_MESSAGE = 60;
/** PostgreSQL's codes for a lock that was not given in time, and for a deadlock that it ended. */
const RETRIED = ["55P03", "40P01"];

interface SwitchOptions {
  /** What the comment of the schema is to say. */
  about: string;
  tables: readonly string[];
  log: Logger;
  signal: AbortSignal;
}

/**
 * Puts the staging schema in the place of the one that readers know, with the privileges that were granted on that one,
 * and drops the old tables. All in one transaction that has the locks of all old tables: who has begun to read them
 * reads them to the end of the transaction, who begins later finds the new ones, and no statement finds some of each.
 *
 * While somebody reads, it asks for the locks again and again, for a short time each: readers that come in the meantime
 * would wait as well.
 */
export async function switchSchemas(
  { client }: Connection,
  schemas: Schemas,
  { about, tables, log, signal }: SwitchOptions,
): Promise<void> {
  const old = await tablesOf(client, schemas.target);
  const grants = await client.query(readSql("postgres/grants.sql"), [
    schemas.target,
    schemas.staging,
    tables,
  ]);
  const to = pg.escapeIdentifier(schemas.target);
  const statements = [
    `SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`,
    ...(old.length === 0 ? [] : [`LOCK TABLE ${old.join(", ")} IN ACCESS EXCLUSIVE MODE`]),
    ...grants.rows.map(({ statement }) => String(statement)),
    ...dropStatements(schemas.target, old),
    `ALTER SCHEMA ${pg.escapeIdentifier(schemas.staging)} RENAME TO ${to}`,
    `COMMENT ON SCHEMA ${to} IS ${pg.escapeLiteral(commentText(about))}`,
  ];
  for (let attempt = 0; !(await isDone(client, statements)); attempt++) {
    if (attempt % ATTEMPTS_PER_MESSAGE === 0) log.info(await waitingFor(client, schemas.target));
    await sleep(PAUSE_MS);
    signal.throwIfAborted();
  }
}

/** Whether the transaction was done; false when it did not get its locks. */
async function isDone(client: pg.Client, statements: readonly string[]): Promise<boolean> {
  try {
    await inTransaction(client, statements);
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && RETRIED.includes(error.code ?? "")) return false;
    throw error;
  }
}

async function waitingFor(client: pg.Client, schema: string): Promise<string> {
  const { rows } = await client.query(readSql("postgres/readers.sql"), [schema]);
  const processes = rows.map(({ pid, age }) => `${pid} (for ${age} s)`).join(", ");
  return `waiting for those who read schema ${schema}, server processes ${processes || "that have ended by now"}`;
}
