import type { Column } from "../datasets/types.ts";
import { totalLength, uint32 } from "./byte_pieces.ts";
import type { BooleanData, ColumnData, Int64Data, ListData, Utf8Data, ValidityData } from "./column_data.ts";
import { pushVarint } from "./thrift_compact.ts";

/** A column of a Parquet file; a list of structs has one per field. All may be NULL. */
export interface LeafColumn {
  path: readonly string[];
  /** Its rows in the columns of a dataset. */
  rowsIn(columns: readonly ColumnData[]): LeafRows;
}

/** Rows of a column of a Parquet file. */
export interface LeafRows {
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

/** The columns of a Parquet file for these columns of a dataset, in order. */
export function leafColumns(declared: readonly Column[]): LeafColumn[] {
  return declared.flatMap(({ name, type }, index): LeafColumn[] => {
    if (typeof type === "string")
      return [{ path: [name], rowsIn: (columns) => plainRows(columns[index], undefined) }];
    const path = [name, ...LIST_PATH];
    if (type.array === "VARCHAR") return [{ path, rowsIn: (columns) => itemRows(columns[index]) }];
    return type.array.row.map((field, at) => ({
      path: [...path, field.name],
      rowsIn: (columns) => fieldRows(columns[index], at),
    }));
  });
}

function plainRows(data: ColumnData | undefined, lists: ListData | undefined): LeafRows {
  if (data === undefined || data.kind === "list" || data.kind === "struct")
    throw new TypeError("a declared column or field of plain values has none");
  return { data, lists };
}

function itemRows(column: ColumnData | undefined): LeafRows {
  return plainRows(listsIn(column).child, listsIn(column));
}

function fieldRows(column: ColumnData | undefined, field: number): LeafRows {
  const lists = listsIn(column);
  return plainRows(lists.child.kind === "struct" ? lists.child.fields[field] : undefined, lists);
}

function listsIn(column: ColumnData | undefined): ListData {
  if (column?.kind !== "list") throw new TypeError("a declared column of lists has none");
  return column;
}

/** The repetition and definition levels of stretches of a column (https://parquet.apache.org/docs/file-format/nestedencoding/). */
export function levelsOf(stretches: readonly LeafRows[]): Levels {
  const lists = stretches.flatMap(({ data, lists }) =>
    lists === undefined ? [] : { lists, items: data.validity },
  );
  if (lists.length === 0) return validityLevels(stretches.map(({ data }) => data.validity));
  const { repetition, definition, entries } = listLevels(lists);
  return {
    pieces: [...withLength(packedRun(repetition, 1)), ...withLength(packedRun(definition, 2))],
    values: entries,
  };
}

/** Levels of one bit equal the validity. */
function validityLevels(stretches: readonly ValidityData[]): Levels {
  const values = stretches.reduce((sum, { length }) => sum + length, 0);
  const hasNulls = stretches.some(({ nullCount }) => nullCount > 0);
  return {
    pieces: withLength(hasNulls ? packedRun(joinedBits(stretches, values), 1) : repeatedRun(1, values)),
    values,
  };
}

/** The bits of all stretches, without gaps between them. */
function joinedBits(stretches: readonly ValidityData[], length: number): Uint8Array {
  const joined = new Uint8Array((length + 7) >> 3);
  let at = 0;
  for (const { bits, length } of stretches) {
    const shift = at & 7;
    for (let row = 0, byte = at >> 3; row < length; row += 8, byte++) {
      const eight = (bits[row >> 3] as number) & (0xff >> Math.max(0, row + 8 - length));
      joined[byte] = (joined[byte] as number) | (eight << shift);
      if (shift > 0 && byte + 1 < joined.length) joined[byte + 1] = eight >> (8 - shift);
    }
    at += length;
  }
  return joined;
}

/** Lists, and which of their items are not NULL. */
interface Lists {
  lists: ListData;
  items: ValidityData;
}

/** Packed levels, the first in the lowest bits of a byte: one bit of repetition and two of definition per entry. */
function listLevels(stretches: readonly Lists[]) {
  const entries = stretches.reduce((sum, { lists }) => sum + entriesOf(lists), 0);
  // Runs have multiples of eight levels; excess levels at the end are not read.
  const eights = (entries + 7) >> 3;
  const repetition = new Uint8Array(eights);
  const definition = new Uint8Array(eights * 2);
  let entry = 0;
  for (const { lists, items } of stretches) {
    const { validity, offsets } = lists;
    for (let list = 0; list < validity.length; list++) {
      const from = offsets[list] as number;
      const to = offsets[list + 1] as number;
      if (from === to) define(definition, entry++, isValid(validity, list) ? LIST_IS_EMPTY : LIST_IS_NULL);
      for (let item = from; item < to; item++) {
        if (item > from) repetition[entry >> 3] = (repetition[entry >> 3] as number) | (1 << (entry & 7));
        define(definition, entry++, isValid(items, item) ? VALUE : VALUE_IS_NULL);
      }
    }
  }
  return { repetition, definition, entries };
}

function define(definition: Uint8Array, entry: number, level: number): void {
  definition[entry >> 2] = (definition[entry >> 2] as number) | (level << ((entry & 3) * 2));
}

/** Number of items, plus one for each list without any. */
function entriesOf({ validity, offsets }: ListData): number {
  let entries = offsets[validity.length] as number;
  for (let list = 0; list < validity.length; list++) if (offsets[list] === offsets[list + 1]) entries++;
  return entries;
}

function isValid({ bits }: ValidityData, row: number): boolean {
  return (((bits[row >> 3] as number) >> (row & 7)) & 1) === 1;
}

/** One run of packed levels of `width` bits. */
function packedRun(bytes: Uint8Array, width: 1 | 2): Uint8Array[] {
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
