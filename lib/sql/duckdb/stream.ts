import type { DuckDBConnection } from "@duckdb/node-api";
import type { QueryResult } from "../engine.ts";
import { columnsOf, toSqlRow } from "./values.ts";

/**
 * Yields the rows of a reading statement as DuckDB produces them; DuckDB waits while no more are requested. The connection is
 * used only by this statement, and closed at its end. The signal's reason is thrown when the rows end after it was aborted.
 *
 * The package does not distinguish the end of the rows from a failure after the first ones. So the statement runs in a
 * transaction, which a failure aborts.
 */
export async function* streamRows(
  connection: DuckDBConnection,
  sql: string,
  signal?: AbortSignal,
): AsyncGenerator<QueryResult> {
  try {
    await connection.run("BEGIN TRANSACTION READ ONLY");
    const result = await connection.stream(sql);
    const columns = columnsOf(result.columnNames(), result.columnTypes());
    let count = 0;
    for await (const chunk of result) {
      const rows = chunk.getRows().map(toSqlRow);
      count += rows.length;
      if (rows.length > 0) yield { columns, rows };
    }
    signal?.throwIfAborted();
    await requireEnd(connection, sql, count);
    if (count === 0) yield { columns, rows: [] };
  } finally {
    connection.closeSync();
  }
}

async function requireEnd(connection: DuckDBConnection, sql: string, rows: number): Promise<void> {
  const broken = await connection.run("SELECT 1").then(
    () => false,
    () => true,
  );
  if (broken) throw await whyItBroke(connection, sql, rows);
}

/** Runs the statement again without its rows, to get the error. */
async function whyItBroke(connection: DuckDBConnection, sql: string, rows: number): Promise<unknown> {
  await connection.run("ROLLBACK");
  return connection.run(`SELECT bit_xor(hash(result)) FROM (${sql}\n) result`).then(
    () => new Error(`the result ended unexpectedly after ${rows} rows`),
    (error: unknown) => error,
  );
}
