import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import { CheckFailedError } from "../cli/errors.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import type { QueryResult } from "../sql/engine.ts";
import type { Connection } from "./connection.ts";
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
  signal: AbortSignal;
}

/** How many rows of a column had a U+0000, which PostgreSQL can't store. */
export type NulCounts = ReadonlyMap<string, number>;

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
): Promise<NulCounts> {
  await client.query("BEGIN");
  try {
    for (const statement of tableStatements(schema, table)) await client.query(statement);
    const counts = await copyRows({ client }, copyStatement(schema, table, "FREEZE"), table, source, options);
    await client.query("COMMIT");
    return counts;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/**
 * Copies the rows of a source by a COPY statement, within the transaction of the caller.
 * @throws CheckFailedError when the server has not as many rows as the source
 */
export async function copyRows(
  { client }: Pick<Connection, "client">,
  statement: string,
  table: LoadedTable,
  source: TableSource,
  options: CopyOptions,
): Promise<NulCounts> {
  const copy = client.query(copyFrom(statement));
  const stripped = await send(source.session.stream(copyLines(table.columns, source.from)), copy, options);
  if (copy.rowCount !== source.rows) {
    throw new CheckFailedError(
      `${table.dataset.table}: the server has ${copy.rowCount} rows, the files have ${source.rows}`,
    );
  }
  return stripped ? countNuls(table, source) : new Map();
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

async function countNuls({ columns }: LoadedTable, { session, from }: TableSource): Promise<NulCounts> {
  const [counts = {}] = (await session.run(nulCounts(columns, from))).getRowObjectsJS();
  const found = Object.entries(counts).map(([column, count]) => [column, Number(count)] as const);
  return new Map(found.filter(([, count]) => count > 0));
}
