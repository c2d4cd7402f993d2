/** The SQL types that a dataset's columns may have: what Parquet, Trino and DuckDB all hold without loss. */
export type ScalarType = "BIGINT" | "VARCHAR" | "BOOLEAN" | "TIMESTAMP(3)";
/** A struct; its fields in order. */
export interface RowType {
  row: readonly { name: string; type: ScalarType }[];
}
export interface ArrayType {
  array: "VARCHAR" | RowType;
}
export type ColumnType = ScalarType | ArrayType;

export interface Column {
  name: string;
  type: ColumnType;
  /** A row whose value would be NULL is dropped and counted; the column never holds NULL. */
  mandatory?: boolean;
  /** An addition of this project to the historical columns: absent in runs of the Python original. */
  added?: boolean;
  /** A month of any size has values in it: that none of many rows has one is a fault, without a baseline too. */
  expected?: boolean;
}

/** A column of a dataset. */
export interface DescribedColumn extends Column {
  /** One sentence: what the column holds. */
  about: string;
}

/** CRITICAL: a defect; WARN: worth a look; INFO: an anomaly of the dumps, or a notice. */
export type Severity = "CRITICAL" | "WARN" | "INFO";

/** What tells a dataset's rows apart. NULLs are equal to one another. */
export interface Key {
  columns: readonly string[];
  /** A value that occurs twice fails the run; otherwise it is counted. */
  hard: boolean;
}

/** Values of one dataset that are in another. NULL and 0, the dumps' "none", are never orphans. */
export interface Reference {
  /** Columns, or one field of a list of structs: `artist_refs.artist_id`. */
  columns: readonly string[];
  /** Table that the values are of, and its columns, in the same order. */
  to: { table: string; columns: readonly string[] };
  /** What an orphan is. */
  severity: Severity;
}

/** Name of a reference in checks and measures, e.g. `artist_refs.artist_id` or `release_id_track_no`. */
export function referenceName({ columns }: Reference): string {
  return columns.join("_");
}

/**
 * A column that the short view of a dataset has besides the dataset's own. `same`: the value of the column `from`, under
 * the name that one looks for; `decade`: the first year of its decade, NULL where it is no year (0 is the dumps' "none").
 */
export interface DerivedColumn {
  name: string;
  rule: "same" | "decade";
  /** A BIGINT column of the dataset. */
  from: string;
  /** One sentence: what the column holds. */
  about: string;
}

/** Where a dataset's files are in a run, and under which name SQL knows it. */
export interface TableDeclaration {
  /** Directory below the run, e.g. `releases_v6` or `warehouse_discogs/release_artists_v1`. */
  directory: string;
  /** Table name in Trino and DuckDB, e.g. `releases_ref_v6`. */
  table: string;
  kind: "canonical" | "detail" | "optional" | "warehouse";
  /** Whether a run without the dataset is not whole. */
  required: boolean;
  /** What a row stands for, in a sentence or two. */
  about: string;
  columns: readonly DescribedColumn[];
  key?: Key;
  references?: readonly Reference[];
  /** Name of its view in `discogs.duckdb`, where it is not the dataset's without the version (`short_name.ts`). */
  shortName?: string;
  /** Further columns of that view. */
  derived?: readonly DerivedColumn[];
}

/** A column's type as Trino spells it. */
export function trinoType(type: ColumnType): string {
  if (typeof type === "string") return type;
  return `ARRAY(${type.array === "VARCHAR" ? "VARCHAR" : rowType("ROW", type.array)})`;
}

/**
 * A column's type as DuckDB spells it. DESCRIBE prints it in the same way, but for struct fields whose names are
 * keywords, as `name`: it puts them in double quotes.
 */
export function duckdbType(type: ColumnType): string {
  if (type === "TIMESTAMP(3)") return "TIMESTAMP_MS";
  if (typeof type === "string") return type;
  return `${type.array === "VARCHAR" ? "VARCHAR" : rowType("STRUCT", type.array)}[]`;
}

function rowType(keyword: "ROW" | "STRUCT", type: RowType): string {
  return `${keyword}(${type.row.map((field) => `${field.name} ${field.type}`).join(", ")})`;
}
