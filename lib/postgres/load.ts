import { join } from "node:path";
import { quotedString } from "@duckdb/node-api";
import { counted, countText } from "../cli/amounts.ts";
import { ExpectedError } from "../cli/errors.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { namesIn } from "../files/files.ts";
import { isParquetFile } from "../files/paths.ts";
import { readParquet } from "../parquet/read_parquet.ts";
import { openRunEngine } from "../sql/duckdb/open.ts";
import type { DuckDbSession, SessionLimits } from "../sql/duckdb/session.ts";
import type { Connection } from "./connection.ts";
import { addConstraints } from "./constraints.ts";
import { copyTable, type TableSource } from "./copy_table.ts";
import { type LoadTarget, whileLoading } from "./loading.ts";
import { aboutRun, createStaging, dropStaging, requireReplaceable, type Schemas } from "./schemas.ts";
import { type LoadedTable, qualified } from "./statements.ts";
import { switchSchemas } from "./switch_schemas.ts";

/** Options of a load into PostgreSQL. */
export interface LoadOptions extends SessionLimits, LoadTarget {
  /** The datasets to load, all of which are in the run. */
  datasets: readonly TableDeclaration[];
}

/** A loaded table. */
export interface Loaded {
  table: string;
  rows: number;
  /** Of the copying alone. */
  seconds: number;
}

/**
 * Loads datasets of a run into a schema of PostgreSQL atomically: the tables, keys, indexes and foreign keys are created in a
 * staging schema, and the two are switched in one transaction. A failed load leaves the schema unchanged.
 * @throws ExpectedError with the server's answer in one line
 */
export async function loadRun(
  run: { runId: string; dir: string },
  options: LoadOptions,
): Promise<readonly Loaded[]> {
  const { session } = await openRunEngine(run.dir, options);
  try {
    return await whileLoading(options, async (connection, schemas, cancelled) => {
      await requireReplaceable(connection, schemas);
      await createStaging(connection, schemas, options.log);
      try {
        return await loadStaging(connection, schemas, session, run, options);
      } catch (error) {
        await cancelled();
        // If the connection is lost this fails as well, and the next load cleans up.
        await dropStaging(connection, schemas).catch(() => undefined);
        throw error;
      }
    });
  } finally {
    await session.close();
  }
}

async function loadStaging(
  connection: Connection,
  schemas: Schemas,
  session: DuckDbSession,
  { runId, dir }: { runId: string; dir: string },
  options: LoadOptions,
): Promise<Loaded[]> {
  const { staging } = schemas;
  const tables: SourcedTable[] = [];
  for (const dataset of options.datasets) tables.push(await describeTable(session, dir, dataset));
  const loaded: Loaded[] = [];
  for (const table of tables) loaded.push(await loadTable(connection, staging, table, options));
  const began = performance.now();
  await addConstraints(connection, staging, tables, options);
  for (const { dataset } of tables) {
    await connection.client.query(`ANALYZE ${qualified(staging, dataset.table)}`);
  }
  options.log.info(`keys, indexes and references: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const about = aboutRun(runId);
  await switchSchemas(connection, schemas, { ...options, about, tables: loaded.map(({ table }) => table) });
  return loaded;
}

/** A table to load, and the rows of its files. */
export interface SourcedTable extends LoadedTable {
  source: TableSource;
}

/** The columns and rows of a dataset's files. A run of an older version may lack columns added since. */
export async function describeTable(
  session: DuckDbSession,
  dir: string,
  dataset: TableDeclaration,
): Promise<SourcedTable> {
  const directory = join(dir, dataset.directory);
  const parts = (await namesIn(directory)).filter(isParquetFile).map((name) => join(directory, name));
  if (parts.length === 0) throw new ExpectedError(`${directory} has no Parquet files`);
  const from = readParquet(`[${parts.map(quotedString).join(", ")}]`);
  const described = (await session.run(`DESCRIBE SELECT * FROM ${from}`)).getRowsJS();
  const there = new Set(described.map(([name]) => String(name)));
  const rows = Number((await session.run(`SELECT count(*) FROM ${from}`)).value(0, 0));
  const columns = dataset.columns.filter(({ name }) => there.has(name));
  return { dataset, columns, source: { session, from, rows } };
}

async function loadTable(
  connection: Connection,
  schema: string,
  { source, ...table }: SourcedTable,
  { log, signal }: LoadOptions,
): Promise<Loaded> {
  signal.throwIfAborted();
  const { table: name } = table.dataset;
  const began = performance.now();
  const onRows = (rows: number) => {
    const percent = Math.floor((100 * rows) / source.rows);
    log.progress(
      `${name}: ${countText(rows)} of ${countText(source.rows)} rows (${percent} %), ${speed(rows, began)}`,
    );
  };
  await copyTable(connection, schema, table, source, { onRows, log, signal });
  const seconds = (performance.now() - began) / 1000;
  log.info(`${name}: ${counted(source.rows, "row")}, ${speed(source.rows, began)}`);
  return { table: name, rows: source.rows, seconds };
}

function speed(rows: number, began: number): string {
  const seconds = Math.max(performance.now() - began, 1) / 1000;
  return `${countText(Math.round(rows / seconds))} rows/s`;
}
