import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import { CheckFailedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import type { QueryResult } from "../sql/engine.ts";
import { type Connection, inTransaction } from "./connection.ts";
import { copyLines, NUL, nulCounts } from "./copy_text.ts";
import { copyStatement, type LoadedTable, tableStatements } from "./statements.ts";

/** The rows of a dataset, as DuckDB reads them. */
export interface TableSource {
  session: DuckDbSession;
  /** `read_parquet(...)` of the dataset's files. */
  from: string;
  rows: number;
}

/** Options of copying one table. */
export interface CopyOptions {
  /** Called with the number of rows sent so far. */
  onRows: (rows: number) => void;
  log: Pick<Logger, "warn">;
  signal: AbortSignal;
}

/**
 * Creates a table in the staging schema and copies its rows in one transaction. DuckDB produces rows only as fast as the server
 * accepts them: a few thousand are in memory at a time.
 * @throws CheckFailedError when the server and the files differ in rows
 */
export async function copyTable(
  { client }: Connection,
  schema: string,
  table: LoadedTable,
  source: TableSource,
  options: CopyOptions,
): Promise<void> {
  await inTransaction(client, async () => {
    for (const statement of tableStatements(schema, table)) await client.query(statement);
    await copyRows({ client }, copyStatement(schema, table, "FREEZE"), table, source, options);
  });
}

/**
 * Copies the rows of a source by a COPY statement, within the transaction of the caller. Removes U+0000 from texts, and reports
 * in how many rows of which columns.
 * @throws CheckFailedError when the server has not as many rows as the source
 */
export async function copyRows(
  { client }: Pick<Connection, "client">,
  statement: string,
  table: LoadedTable,
  source: TableSource,
  options: CopyOptions,
): Promise<void> {
  const copy = client.query(copyFrom(statement));
  const stripped = await send(source.session.stream(copyLines(table.columns, source.from)), copy, options);
  if (copy.rowCount !== source.rows) {
    throw new CheckFailedError(
      `${table.dataset.table}: the server has ${copy.rowCount} rows, the files have ${source.rows}`,
    );
  }
  if (stripped) await reportNuls(table, source, options.log);
}

/** Sends lines as fast as the server accepts them. Returns whether a U+0000 was removed. */
async function send(
  results: AsyncIterable<QueryResult>,
  copy: Writable,
  { onRows, signal }: CopyOptions,
): Promise<boolean> {
  const reading = { hadNul: false, ended: Promise.resolve() };
  try {
    await pipeline(Readable.from(lines(results, reading, onRows)), copy, { signal });
  } finally {
    // DuckDB may still be producing rows that are no longer needed; its session must stay open until it stops.
    await reading.ended;
  }
  return reading.hadNul;
}

/** The lines of each chunk as one text, without U+0000. */
async function* lines(
  results: AsyncIterable<QueryResult>,
  reading: { hadNul: boolean; ended: Promise<void> },
  onRows: (rows: number) => void,
): AsyncGenerator<Buffer> {
  const { promise, resolve } = deferred();
  reading.ended = promise;
  let sent = 0;
  try {
    for await (const { rows } of results) {
      if (rows.length === 0) continue;
      const text = `${rows.map(([line]) => String(line)).join("\n")}\n`;
      const hasNul = text.includes(NUL);
      reading.hadNul ||= hasNul;
      yield Buffer.from(hasNul ? text.replaceAll(NUL, "") : text);
      sent += rows.length;
      onRows(sent);
    }
  } finally {
    resolve();
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function reportNuls(
  { dataset, columns }: LoadedTable,
  { session, from }: TableSource,
  log: CopyOptions["log"],
): Promise<void> {
  const [counts = {}] = (await session.run(nulCounts(columns, from))).getRowObjectsJS();
  for (const [column, count] of Object.entries(counts)) {
    if (Number(count) === 0) continue;
    log.warn(
      `${dataset.table}.${column}: removed U+0000 from ${count} texts, because PostgreSQL can't store it`,
    );
  }
}
