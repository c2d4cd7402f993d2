import type { Column, TableDeclaration } from "../datasets/types.ts";
import type { SqlSource } from "./sql_error.ts";

/** The catalog that holds every schema, on every engine: `hive.discogs.releases_ref_v6`. */
export const CATALOG = "hive";
/** The schema of the active run. */
export const ACTIVE_SCHEMA = "discogs";

/**
 * A value of a result or of an appended row. BIGINT is a bigint (exact in all 64 bits), TIMESTAMP(3) a Date in
 * UTC, an array an array, a row an object; a type without a counterpart in JavaScript (DECIMAL, DATE) is its text.
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
  /** As Trino spells it, in upper case and without a length: `BIGINT`, `VARCHAR`, `ARRAY(VARCHAR)`. */
  type: string;
}

/** The columns and rows of a result. */
export interface QueryResult {
  columns: ResultColumn[];
  /** One array for each row, in the order of `columns`. */
  rows: SqlValue[][];
}

/** A table on files that stand somewhere below the lake. */
export interface ExternalTable {
  name: string;
  columns: readonly Column[];
  /** Directory of the files, relative to the lake, `/` between the segments: `active/releases_v6`. */
  location: string;
  /**
   * Which files of the directory are the table. `parquet`: those that end in `.parquet` (datasets). `all`: every
   * name that does not begin with `_` or `.` (tables that engines append to: Trino's files have no suffix).
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
 * What the scripts need of a query engine. Schema, table and view names are lower-case identifiers; anything else
 * is refused. Every failure is an exception: ExpectedError that quotes the statement, or EngineUnavailableError when
 * the engine itself is not there any more.
 */
export interface SqlEngine {
  /** Short name, for file names and messages: `duckdb`. */
  readonly name: string;
  /**
   * Whether a session resolves the link `active` once, so that tables may be located through it. Where it does not,
   * `hive.discogs` is views over the schema of the active run, and the session asks that schema (`active_views.ts`).
   */
  readonly resolvesActive: boolean;
  /** Runs one statement that reads, without a `;` at its end. `source` is for the message of a failure. */
  query(sql: string, source?: SqlSource): Promise<QueryResult>;
  /**
   * The same for a result of any size: gives its rows in order and in parts, of which one more is read when it is
   * asked for. There is at least one part, without rows where the result has none. Throws where the statement fails,
   * also after its first rows; to stop early ends the statement.
   */
  stream(sql: string, source?: SqlSource): AsyncIterable<QueryResult>;
  /**
   * Runs steps that change this schema and no other. On the embedded engine other sessions see all of the changes or,
   * until the last is made or where one fails, none; a server makes them one after the other.
   */
  atOnce<T>(schema: string, steps: () => Promise<T>): Promise<T>;
  /** Makes the schema if it is not there. */
  createSchema(schema: string): Promise<void>;
  /** Makes or replaces a table. Throws ExpectedError when its directory is missing. */
  externalTable(schema: string, table: ExternalTable): Promise<void>;
  /** Makes or replaces a view. Its SELECT names tables in full (`hive.discogs.artists_v1_typed`). */
  view(schema: string, name: string, select: string): Promise<void>;
  /** Removes a table (never its files) or a view, if it is there. */
  drop(schema: string, object: SchemaObject): Promise<void>;
  /**
   * Adds rows to a table, in groups of rows that belong together; values in the order of the table's columns. All of
   * them are one new file wherever the engine takes so many at once. Where it does not there are several, each of
   * whole groups and in their order, so that what breaks in between leaves no group half there; ExpectedError when a
   * single group is more than it takes, and then nothing is written. No rows: nothing happens.
   */
  appendRows(schema: string, table: string, groups: readonly SqlValue[][][]): Promise<void>;
  /** Names of all schemas, sorted. */
  schemas(): Promise<string[]>;
  /** Tables and views of a schema, sorted by name; none when there is no such schema. */
  objects(schema: string): Promise<SchemaObject[]>;
  /**
   * Where the tables of a schema are, by name: locations relative to the lake, or as the engine has them when they
   * are elsewhere; none when there is no such schema.
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
