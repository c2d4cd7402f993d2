/** The SQL types of scalar columns: those that Parquet, Trino and DuckDB all represent without loss. */
export type ScalarType = "BIGINT" | "VARCHAR" | "BOOLEAN" | "TIMESTAMP(3)";
/** A struct with ordered fields. */
export interface RowType {
  row: readonly { name: string; type: ScalarType }[];
}
/** A list of texts or structs. */
export interface ArrayType {
  array: "VARCHAR" | RowType;
}
/** Type of a dataset column. */
export type ColumnType = ScalarType | ArrayType;

/** Name, type and guarantees of a column. */
export interface Column {
  name: string;
  type: ColumnType;
  /** Rows with a NULL here are dropped and counted, so the column never holds NULL. */
  mandatory?: boolean;
  /** Added by this project to the historical columns; absent in runs of the Python original. */
  added?: boolean;
  /**
   * Has values in a month of any size. Having none in a large number of rows is a fault, even without a
   * baseline.
   */
  expected?: boolean;
}

/** A documented column of a dataset. */
export interface DescribedColumn extends Column {
  /** One sentence on what the column holds. */
  about: string;
}

/** CRITICAL: a defect. WARN: worth a look. INFO: an anomaly of the dumps, or a notice. */
export type Severity = "CRITICAL" | "WARN" | "INFO";

/** Columns that identify a dataset's rows. NULLs compare as equal. */
export interface Key {
  columns: readonly string[];
  /** Whether duplicates fail the run; otherwise they are only counted. */
  hard: boolean;
}

/** Values of one dataset that occur in another. NULL and 0, the dumps' "none", are never orphans. */
export interface Reference {
  /** Columns, or one field of a list of structs, as in `artist_refs.artist_id`. */
  columns: readonly string[];
  /** Referenced table and its columns, in the same order. */
  to: { table: string; columns: readonly string[] };
  /** Severity of an orphan. */
  severity: Severity;
}

/** Name of a reference in checks and measures, e.g. `artist_refs.artist_id` or `release_id_track_no`. */
export function referenceName({ columns }: Reference): string {
  return columns.join("_");
}

/**
 * An additional column in a dataset's short view. `same` repeats the column `from` under a more obvious name;
 * `decade` is the first year of its decade, or NULL if it is not a year (0 is the dumps' "none").
 */
export interface DerivedColumn {
  name: string;
  rule: "same" | "decade";
  /** A BIGINT column of the dataset. */
  from: string;
  /** One sentence on what the column holds. */
  about: string;
}

/** Where a dataset's files are in a run, and its name in SQL. */
export interface TableDeclaration {
  /** Directory within the run, e.g. `releases_v6` or `warehouse_discogs/release_artists_v1`. */
  directory: string;
  /** Table name in Trino and DuckDB, e.g. `releases_ref_v6`. */
  table: string;
  kind: "canonical" | "detail" | "optional" | "warehouse";
  /** Whether a run is incomplete without the dataset. */
  required: boolean;
  /** What a row represents, in a sentence or two. */
  about: string;
  columns: readonly DescribedColumn[];
  key?: Key;
  references?: readonly Reference[];
  /** Name of its view in `discogs.duckdb`, if not the dataset name without its version (`short_name.ts`). */
  shortName?: string;
  /** Additional columns of that view. */
  derived?: readonly DerivedColumn[];
}

/** Returns a column's type in Trino's spelling. */
export function trinoType(type: ColumnType): string {
  if (typeof type === "string") return type;
  return `ARRAY(${type.array === "VARCHAR" ? "VARCHAR" : rowType("ROW", type.array)})`;
}

/**
 * Returns a column's type in DuckDB's spelling. DESCRIBE prints it the same way, except that it double-quotes
 * struct fields whose names are keywords, such as `name`.
 */
export function duckdbType(type: ColumnType): string {
  if (type === "TIMESTAMP(3)") return "TIMESTAMP_MS";
  if (typeof type === "string") return type;
  return `${type.array === "VARCHAR" ? "VARCHAR" : rowType("STRUCT", type.array)}[]`;
}

function rowType(keyword: "ROW" | "STRUCT", type: RowType): string {
  return `${keyword}(${type.row.map((field) => `${field.name} ${field.type}`).join(", ")})`;
}
