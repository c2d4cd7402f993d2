import type { Column, TableDeclaration } from "../datasets/types.ts";
import type { SqlSource } from "./sql_error.ts";

/** The catalog that holds every schema, on every engine: `hive.discogs.releases_ref_v6`. */
export const CATALOG = "hive";
/** The schema of the active run. */
export const ACTIVE_SCHEMA = "discogs";
/** The schema of the history. */
export const HISTORY_SCHEMA = "discogs_history";

/**
 * A value of a result or of an appended row. BIGINT is a bigint (exact in all 64 bits), TIMESTAMP(3) a Date in
 * UTC, an array an array, a row an object; a type without a counterpart in JavaScript (DECIMAL, DATE) is its text, as is
 * a time out of the range of a Date.
 */
export type SqlValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | SqlValue[]
  | { [field: string]: SqlValue };

/** A column of a result: its name and SQL type. */
export interface ResultColumn {
  name: string;
  /** In Trino's spelling, upper case and without a length: `BIGINT`, `VARCHAR`, `ARRAY(VARCHAR)`. */
  type: string;
}

/** The columns and rows of a result. */
export interface QueryResult {
  columns: ResultColumn[];
  /** One array per row, in the order of `columns`. */
  rows: SqlValue[][];
}

/** A table on files below the lake. */
export interface ExternalTable {
  name: string;
  columns: readonly Column[];
  /** Directory of the files, relative to the lake, `/` between the segments: `active/releases_v6`. */
  location: string;
  /**
   * Which files of the directory belong to the table. `parquet`: those that end in `.parquet` (datasets); queries on the embedded
   * engine fail if there is none, and Trino finds no rows. `all`: every name that does not begin with `_` or `.` (tables that
   * engines append to; Trino's files have no suffix).
   */
  files: "parquet" | "all";
}

/** A schema that is there because its files are, whether or not it was ever registered; views come after what they read. */
export interface FileSchema {
  schema: string;
  tables: readonly ExternalTable[];
  views: readonly { name: string; select: string }[];
}

/** A table or view of a schema. */
export interface SchemaObject {
  name: string;
  kind: "table" | "view";
}

/** A table or view of a schema, and where it is. */
export interface PlacedObject extends SchemaObject {
  /** Of a table as `locations` has it; undefined where only the table itself tells, which `locations` asks. */
  location: string | undefined;
}

/**
 * A query engine, as needed by the scripts. Schema, table and view names are lower-case identifiers; anything else is refused.
 * Every failure is an exception: an ExpectedError that quotes the statement, or EngineUnavailableError when the engine itself is
 * gone.
 */
export interface SqlEngine {
  /** Short name, for file names and messages: `duckdb`. */
  readonly name: string;
  /**
   * Whether a session resolves the link `active` once, so that tables can be located through it. Otherwise `hive.discogs`
   * consists of views over the schema of the active run, and the session queries that schema (`active_views.ts`).
   */
  readonly resolvesActive: boolean;
  /**
   * Refuses a run whose files the engine would not find where it looks for the lake: one that is not published, where that
   * is a store. `dir` is the run's directory here. ExpectedError that says what to do.
   */
  requireRun(runId: string, dir: string): Promise<void>;
  /** Runs one reading statement, without a final `;`. `source` is for error messages. */
  query(sql: string, source?: SqlSource): Promise<QueryResult>;
  /**
   * The same for a result of any size: yields its rows in order and in parts, reading ahead by at most one. There is at least
   * one part, even without rows. Throws when the statement fails, even after its first rows; stopping early ends the statement.
   */
  stream(sql: string, source?: SqlSource): AsyncIterable<QueryResult>;
  /**
   * Runs steps that change only this schema. On the embedded engine other sessions see all changes together, or none if a step
   * fails; a server makes them one by one.
   */
  atOnce<T>(schema: string, steps: () => Promise<T>): Promise<T>;
  /** Creates the schema if it does not exist. */
  createSchema(schema: string): Promise<void>;
  /** Creates or replaces a table. Throws ExpectedError when its directory is missing. */
  externalTable(schema: string, table: ExternalTable): Promise<void>;
  /** Creates or replaces a view. Its SELECT uses full table names (`hive.discogs.artists_v1_typed`). */
  view(schema: string, name: string, select: string): Promise<void>;
  /** Drops a table (never its files) or a view, if it exists. */
  drop(schema: string, object: SchemaObject): Promise<void>;
  /**
   * Appends rows to a table in groups that belong together; values are in the order of the table's columns. All rows go to one
   * new file if the engine accepts that many at once, else to several files of whole groups in order, so that an interruption
   * never splits a group. ExpectedError, with nothing written, if a single group is too large. Does nothing without rows.
   */
  appendRows(schema: string, table: string, groups: readonly SqlValue[][][]): Promise<void>;
  /** Names of all schemas, sorted. */
  schemas(): Promise<string[]>;
  /** Tables and views of a schema, sorted by name; none if the schema does not exist. */
  objects(schema: string): Promise<SchemaObject[]>;
  /**
   * The locations of a schema's tables by name: relative to the lake, or as reported by the engine if elsewhere; none if the
   * schema does not exist.
   */
  locations(schema: string): Promise<Map<string, string>>;
  /**
   * The tables and views of every schema whose name begins so, by schema: as many statements for a hundred schemas as
   * for one.
   */
  placedObjects(prefix: string): Promise<Map<string, PlacedObject[]>>;
  close(): Promise<void>;
}

/** The table of a declared dataset in the run at `runLocation` (relative to the lake, e.g. `active`). */
export function datasetTable(declaration: TableDeclaration, runLocation: string): ExternalTable {
  return {
    name: declaration.table,
    columns: declaration.columns,
    location: `${runLocation}/${declaration.directory}`,
    files: "parquet",
  };
}

/** The rows of a result as objects; column names must be unique. */
export function rowObjects(result: QueryResult): Record<string, SqlValue>[] {
  return result.rows.map((row) =>
    Object.fromEntries(result.columns.map((column, index) => [column.name, row[index] ?? null])),
  );
}
