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

/** Ids of one dataset in another. 0 is the dumps' "none", and never an orphan. */
export interface Reference {
  /** A BIGINT column, or such a field of a list of structs: `artist_refs.artist_id`. */
  column: string;
  /** Table that the ids are of, and its column. */
  to: { table: string; column: string };
}

/** Where a dataset's files are in a run, and under which name SQL knows it. */
export interface TableDeclaration {
  /** Directory below the run, e.g. `releases_v6` or `warehouse_discogs/release_artists_v1`. */
  directory: string;
  /** Table name in Trino and DuckDB, e.g. `releases_ref_v6`. */
  table: string;
  kind: "canonical" | "optional" | "warehouse";
  columns: readonly Column[];
  /** Column whose values must be unique (a failed check otherwise). */
  unique?: string;
  references?: readonly Reference[];
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
