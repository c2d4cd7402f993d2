/**
 * The rows of a column, with their values nearly as they are in a plain Parquet file
 * (https://parquet.apache.org/docs/file-format/data-pages/encodings/): NULLs take no space.
 */
export type ColumnData = Int64Data | BooleanData | Utf8Data | ListData | StructData;

/** Which rows are not NULL. */
export interface ValidityData {
  /** One bit per row, 1 = not NULL, the first row in the lowest bit. Bits after the last row are 1. */
  bits: Uint8Array<ArrayBuffer>;
  length: number;
  nullCount: number;
}

/** 64-bit integers. */
export interface Int64Data {
  kind: "int64";
  validity: ValidityData;
  /** Two per value: the low word, then the high word. */
  words: Int32Array<ArrayBuffer>;
}

/** Booleans. */
export interface BooleanData {
  kind: "boolean";
  validity: ValidityData;
  /** One per value: 0 or 1. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** UTF-8 texts. */
export interface Utf8Data {
  kind: "utf8";
  validity: ValidityData;
  /** One per value, in bytes. */
  lengths: Int32Array<ArrayBuffer>;
  /** The values, one after another. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Length of the used part of `bytes`. */
  byteLength: number;
}

/** Lists of texts or structs. */
export interface ListData {
  kind: "list";
  validity: ValidityData;
  /** Where the items of each list begin in `child`, and where those of the last list end. */
  offsets: Int32Array<ArrayBuffer>;
  child: Utf8Data | StructData;
}

/** Structs, with a column per field. */
export interface StructData {
  kind: "struct";
  fields: readonly ColumnData[];
}
