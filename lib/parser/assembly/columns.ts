import { allocate, Bytes } from "./memory";
import { Column } from "./structs";
import { trimmedEnd, trimmedStart } from "./trim";

const FIRST_BITS: u32 = 1 << 7;
const FIRST_DATA: u32 = 1 << 12;
/** Size of the length of a text. */
const LENGTH_BYTES: u32 = 4;

/** Rows of columns, in the format of `lib/parquet/column_data.ts`. */
export class Rows {
  @inline
  static pushValid(column: Column): void {
    if (column.length++ >> 3 >= column.bitBytes) growBits(column);
  }

  @inline
  static reserve(column: Column, bytes: usize): void {
    if (bytes > column.dataBytes) growData(column, bytes);
  }

  @inline
  static pushNumber(column: Column, value: i64): void {
    Rows.reserve(column, column.used + sizeof<i64>());
    store<i64>(column.data + column.used, value);
    column.used += sizeof<i64>();
    Rows.pushValid(column);
  }

  @inline
  static pushBoolean(column: Column, value: u32): void {
    Rows.reserve(column, column.used + 1);
    store<u8>(column.data + column.used, <u8>value);
    column.used++;
    Rows.pushValid(column);
  }

  /** Appends bytes to the current text. */
  @inline
  static push(column: Column, from: usize, length: usize): void {
    const at: usize = column.at;
    Rows.reserve(column, at + length);
    Bytes.copy(column.data + at, from, length);
    column.at = <u32>(at + length);
  }

  /** Where the length of the text of a row is, when all rows before it are complete. */
  @inline
  static lengthAt(column: Column, row: u32): usize {
    return column.lengths + (row - column.nullCount) * LENGTH_BYTES;
  }

  /** Whether bytes were pushed that do not form a complete text yet. */
  @inline
  static isBegun(column: Column): bool {
    return column.at > column.used;
  }

  /** Ends the current text. */
  @inline
  static endText(column: Column): void {
    Rows.pushValid(column);
    store<u32>(Rows.lengthAt(column, column.length - 1), column.at - column.used);
    column.used = column.at;
  }

  /** Trims and ends the current text; does nothing if nothing remains. */
  static endTrimmed(column: Column): void {
    const begin = column.data + column.used;
    const end = column.data + column.at;
    const start = trimmedStart(begin, end);
    const length = trimmedEnd(start, end) - start;
    if (start > begin) memory.copy(begin, start, length);
    column.at = column.used + <u32>length;
    if (length > 0) Rows.endText(column);
  }
}

/** Appends the text in this field of each item of the list `[from, to)`; an empty one becomes NULL. */
export function pushTexts(column: Column, field: u32, from: usize, to: usize): void {
  reserveRows(column, <u32>((to - from) / sizeof<usize>()));
  let data = column.data;
  let used = column.used;
  let row = column.length;
  let lengths = Rows.lengthAt(column, row);
  for (let at = from; at < to; at += sizeof<usize>(), row++) {
    const value = load<usize>(at) + field;
    const start = load<u32>(value);
    const length = load<u32>(value + sizeof<u32>()) - start;
    if (length === 0) {
      setNull(column, row);
      continue;
    }
    const end = used + length;
    if (end > column.dataBytes) {
      growData(column, end);
      data = column.data;
    }
    store<u32>(lengths, length);
    lengths += LENGTH_BYTES;
    Bytes.copyText(data + used, start, length);
    used = end;
  }
  column.used = used;
  column.at = used;
  column.length = row;
}

/** Appends the same number several times. */
export function pushRepeated(column: Column, value: i64, times: u32): void {
  reserveRows(column, times);
  const end = column.used + times * <u32>sizeof<i64>();
  Rows.reserve(column, end);
  for (let at = column.used; at < end; at += sizeof<i64>()) store<i64>(column.data + at, value);
  column.used = end;
  column.length += times;
}

function reserveRows(column: Column, rows: u32): void {
  while ((column.length + rows + 7) >> 3 > column.bitBytes) growBits(column);
}

/** Makes room for more rows, and for as many lengths. */
function growBits(column: Column): void {
  const before = column.bitBytes;
  const after = max(FIRST_BITS, before * 2);
  const larger = allocate(after);
  memory.copy(larger, column.bits, before);
  memory.fill(larger + before, 0xff, after - before);
  column.bits = larger;
  column.bitBytes = after;
  if (column.hasTexts !== 0) growLengths(column, before);
}

function growLengths(column: Column, before: u32): void {
  const larger = allocate(column.bitBytes * 8 * LENGTH_BYTES);
  memory.copy(larger, column.lengths, before * 8 * LENGTH_BYTES);
  column.lengths = larger;
}

function growData(column: Column, needed: usize): void {
  const before = column.dataBytes;
  const after = max(<u32>needed, max(FIRST_DATA, before * 2));
  const larger = allocate(after);
  memory.copy(larger, column.data, before);
  column.data = larger;
  column.dataBytes = after;
}

/** Appends a NULL. */
export function pushNull(column: Column): void {
  const row = column.length;
  Rows.pushValid(column);
  setNull(column, row);
}

function setNull(column: Column, row: u32): void {
  const at = column.bits + (row >> 3);
  store<u8>(at, load<u8>(at) & ~(1 << (<u8>(row & 7))));
  column.nullCount++;
}

/** Ends the current text, or appends NULL if nothing was pushed. */
export function endTextOrNull(column: Column): void {
  if (Rows.isBegun(column)) Rows.endText(column);
  else pushNull(column);
}

/** Ends the list of the items appended; an empty list becomes NULL. */
export function endList(column: Column, items: Column): void {
  const offset = column.length * <u32>sizeof<u32>();
  Rows.reserve(column, offset + 2 * <u32>sizeof<u32>());
  if (items.length > load<u32>(column.data + offset)) Rows.pushValid(column);
  else pushNull(column);
  store<u32>(column.data + offset + sizeof<u32>(), <u32>items.length);
}

/** Clears the rows but keeps the memory. Must also be called before the first row. */
export function clearColumn(place: usize): void {
  const column = changetype<Column>(place);
  if (column.nullCount > 0) memory.fill(column.bits, 0xff, (column.length + 7) >> 3);
  column.length = 0;
  column.nullCount = 0;
  column.used = 0;
  column.at = 0;
  if (column.items === null) return;
  Rows.reserve(column, sizeof<u32>());
  store<u32>(column.data, 0);
}
