import type { DuckDBConnection } from "@duckdb/node-api";
import type { QueryResult } from "../engine.ts";
import { columnsOf, toSqlRow } from "./values.ts";

/**
 * The rows of a statement that only reads, as DuckDB makes them: it waits while nobody asks for more. The connection
 * is this statement's alone, and is closed at its end.
 *
 * The package gives the same answer at the end of the rows and where the statement fails after its first ones, without
 * the error. So it is run in a transaction, which a failure breaks.
 */
export async function* streamRows(connection: DuckDBConnection, sql: string): AsyncGenerator<QueryResult> {
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

/** Runs the statement again without its rows, to have the error. */
async function whyItBroke(connection: DuckDBConnection, sql: string, rows: number): Promise<unknown> {
  await connection.run("ROLLBACK");
  return connection.run(`SELECT bit_xor(hash(result)) FROM (${sql}\n) result`).then(
    () => new Error(`the result broke off after ${rows} rows`),
    (error: unknown) => error,
  );
}
