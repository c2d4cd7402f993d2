import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "../cli/log.ts";
import { readSql } from "../sql/sql_files.ts";
import type { Connection } from "./connection.ts";
import { processesText } from "./report_waits.ts";
import { commentText, dropStatements, runTogether, type Schemas, tablesOf } from "./schemas.ts";

/** Shorter than PostgreSQL's deadlock timeout, so that no reader is terminated because of a load. */
const LOCK_TIMEOUT_MS = 500;
const PAUSE_MS = 1000;
/** After this many attempts, the blocking readers are reported again. */
const ATTEMPTS_PER_MESSAGE = 60;
/** PostgreSQL's codes for a lock timeout and for a resolved deadlock. */
const RETRIED = ["55P03", "40P01"];

interface SwitchOptions {
  /** The comment of the schema. */
  about: string;
  tables: readonly string[];
  log: Logger;
  signal: AbortSignal;
}

/**
 * Replaces the readers' schema by the staging schema, keeping the privileges granted on it, and drops the old tables. One
 * transaction holds the locks of all old tables: readers that started with them keep them to the end of their transaction, later
 * ones find the new tables, and no statement sees a mixture.
 *
 * While someone reads, it requests the locks repeatedly for a short time each, because readers that arrive in the meantime would
 * have to wait too.
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
  for (let attempt = 0; !(await isDone(client, statements, schemas.target)); attempt++) {
    if (attempt % ATTEMPTS_PER_MESSAGE === 0) log.info(await waitingFor(client, schemas.target));
    await sleep(PAUSE_MS);
    signal.throwIfAborted();
  }
}

/** Whether the transaction completed; false when it did not get its locks. */
async function isDone(client: pg.Client, statements: readonly string[], target: string): Promise<boolean> {
  try {
    await runTogether(client, statements, target);
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && RETRIED.includes(error.code ?? "")) return false;
    throw error;
  }
}

async function waitingFor(client: pg.Client, schema: string): Promise<string> {
  const { rows } = await client.query(readSql("postgres/readers.sql"), [schema]);
  return `waiting for readers of schema ${schema}: ${processesText(rows)}`;
}
