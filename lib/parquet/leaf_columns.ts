import type { Column } from "../datasets/types.ts";
import { totalLength, uint32 } from "./byte_pieces.ts";
import type { BooleanData, ColumnData, Int64Data, ListData, Utf8Data, ValidityData } from "./column_data.ts";
import { pushVarint } from "./thrift_compact.ts";

/** A column of a Parquet file; structs have one per field. All may be NULL. */
export interface LeafColumn {
  path: readonly string[];
  data: Int64Data | BooleanData | Utf8Data;
  /** The lists that contain these values. */
  lists: ListData | undefined;
}

/** The levels before the values of a page, and the number of values including NULLs. */
export interface Levels {
  pieces: readonly Uint8Array[];
  values: number;
}

/** Definition levels of a value in a list: which of list, item and value exist. */
const LIST_IS_NULL = 0;
const LIST_IS_EMPTY = 1;
const VALUE_IS_NULL = 2;
const VALUE = 3;

/** The names required by the format for a list's repeated group and for an item. */
export const LIST_PATH = ["list", "element"] as const;

/** The columns of a Parquet file for these columns of a dataset. */
export function leafColumns(declared: readonly Column[], columns: readonly ColumnData[]): LeafColumn[] {
  return columns.flatMap((column, index) => leavesOf([declared[index]?.name ?? ""], column, declared[index]));
}

function leavesOf(path: readonly string[], column: ColumnData, declared: Column | undefined): LeafColumn[] {
  if (column.kind === "struct") throw new TypeError("structs stand in lists only");
  if (column.kind !== "list") return [{ path, data: column, lists: undefined }];
  const inList = [...path, ...LIST_PATH];
  const { child } = column;
  if (child.kind === "utf8") return [{ path: inList, data: child, lists: column }];
  return child.fields.map((data, index) => {
    if (data.kind === "list" || data.kind === "struct") throw new TypeError("a struct has plain values only");
    return { path: [...inList, fieldName(declared, index)], data, lists: column };
  });
}

function fieldName(declared: Column | undefined, index: number): string {
  const type = declared?.type;
  if (typeof type !== "object" || typeof type.array === "string")
    throw new TypeError("no list of structs is declared");
  return type.array.row[index]?.name ?? "";
}

/** The repetition and definition levels of a column (https://parquet.apache.org/docs/file-format/nestedencoding/). */
export function levelsOf({ data, lists }: LeafColumn): Levels {
  const { validity } = data;
  if (lists === undefined) return { pieces: withLength(validityRun(validity)), values: validity.length };
  const { repetition, definition } = listLevels(lists, validity);
  return {
    pieces: [...withLength(packed(repetition, 1)), ...withLength(packed(definition, 2))],
    values: definition.length,
  };
}

/** Levels of one bit equal the validity. */
function validityRun({ bits, length, nullCount }: ValidityData): Uint8Array[] {
  if (nullCount === 0) return repeatedRun(1, length);
  return packedRun(bits.subarray(0, (length + 7) >> 3));
}

function listLevels({ validity, offsets }: ListData, items: ValidityData) {
  const lists = validity.length;
  let entries = offsets[lists] as number;
  for (let list = 0; list < lists; list++) if (offsets[list] === offsets[list + 1]) entries++;
  const repetition = new Uint8Array(entries);
  const definition = new Uint8Array(entries);
  let entry = 0;
  for (let list = 0; list < lists; list++) {
    const from = offsets[list] as number;
    const to = offsets[list + 1] as number;
    if (from === to) definition[entry++] = isValid(validity, list) ? LIST_IS_EMPTY : LIST_IS_NULL;
    for (let item = from; item < to; item++) {
      if (item > from) repetition[entry] = 1;
      definition[entry++] = isValid(items, item) ? VALUE : VALUE_IS_NULL;
    }
  }
  return { repetition, definition };
}

function isValid({ bits }: ValidityData, row: number): boolean {
  return (((bits[row >> 3] as number) >> (row & 7)) & 1) === 1;
}

/** Levels of one or two bits, the first in the lowest bits of a byte. */
function packed(levels: Uint8Array, width: 1 | 2): Uint8Array[] {
  // Runs have multiples of eight levels; excess levels at the end are not read.
  const bytes = new Uint8Array(((levels.length + 7) >> 3) * width);
  const shift = width === 1 ? 3 : 2;
  const mask = (1 << shift) - 1;
  for (let i = 0; i < levels.length; i++) {
    const byte = i >> shift;
    bytes[byte] = (bytes[byte] as number) | ((levels[i] as number) << ((i & mask) * width));
  }
  return packedRun(bytes, width);
}

/** One run of already packed levels. */
function packedRun(bytes: Uint8Array, width = 1): Uint8Array[] {
  return [header((bytes.length / width) * 2 + 1), bytes];
}

/** One run of a repeated level. */
function repeatedRun(level: number, times: number): Uint8Array[] {
  return [header(times * 2), Uint8Array.of(level)];
}

function header(value: number): Uint8Array {
  const bytes: number[] = [];
  pushVarint(bytes, value);
  return Uint8Array.from(bytes);
}

/** Levels are preceded by their length in bytes. */
function withLength(pieces: readonly Uint8Array[]): Uint8Array[] {
  return [uint32(totalLength(pieces)), ...pieces];
}
