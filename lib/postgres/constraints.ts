import pg from "pg";
import type { Logger } from "../cli/log.ts";
import type { Connection } from "./connection.ts";
import {
  type Constraint,
  foreignKeys,
  indexOn,
  keyConstraint,
  type LoadedTable,
  referenceIndexes,
} from "./statements.ts";

/** PostgreSQL's code for a value that is too long for an index, among others. */
const PROGRAM_LIMIT_EXCEEDED = "54000";

interface ConstraintOptions {
  log: Logger;
  signal: AbortSignal;
}

/** Adds keys and indexes of all tables first, because foreign keys need the keys they refer to. */
export async function addConstraints(
  connection: Connection,
  schema: string,
  tables: readonly LoadedTable[],
  options: ConstraintOptions,
): Promise<void> {
  for (const table of tables) {
    const key = keyConstraint(schema, table);
    const constraints = [...(key === undefined ? [] : [key]), ...referenceIndexes(schema, table)];
    for (const constraint of constraints) await addConstraint(connection, schema, table, constraint, options);
  }
  for (const table of tables) {
    const { made, without } = foreignKeys(schema, table, tables);
    for (const constraint of made) await addConstraint(connection, schema, table, constraint, options);
    for (const { columns, to } of without) {
      options.log.info(
        `${table.dataset.table} (${columns.join(", ")}): no foreign key, ${to.table} is not loaded`,
      );
    }
  }
}

async function addConstraint(
  { client }: Connection,
  schema: string,
  table: LoadedTable,
  constraint: Constraint,
  { log, signal }: ConstraintOptions,
): Promise<void> {
  signal.throwIfAborted();
  log.progress(`${constraint.kind} ${constraint.label}`);
  try {
    await client.query(constraint.statement);
  } catch (error) {
    const isTooLong = error instanceof pg.DatabaseError && error.code === PROGRAM_LIMIT_EXCEEDED;
    if (!isTooLong) throw error;
    log.warn(`${constraint.label}: no ${constraint.kind}, ${error.message}`);
    const short = constraint.columns.filter((name) => !isText(table, name));
    if (short.length > 0) await client.query(indexOn(schema, table, short).statement);
  }
}

const isText = ({ columns }: LoadedTable, name: string) =>
  columns.some((column) => column.name === name && column.type === "VARCHAR");
