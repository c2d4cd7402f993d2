import { allocate, Bytes } from "./memory";

const FIRST_BITS: usize = 1 << 7;
const FIRST_DATA: usize = 1 << 12;
/** Bytes of the number that stands before a text. */
const LENGTH_BYTES: usize = 4;

/**
 * The rows of a column in the form of `lib/parquet/column_buffers.ts`, as `lib/parser/module_columns.ts` makes them:
 * `data` are the words of numbers, the bytes of texts, or the offsets of a list.
 */
@unmanaged
export class Column {
  bits: usize;
  bitBytes: usize;
  length: usize;
  nullCount: usize;
  data: usize;
  dataBytes: usize;
  /** Bytes of `data` that whole values take. */
  used: usize;
  /** Where the next piece goes of the text that is being made. */
  at: usize;
  /** Items of a list: the column with as many rows as there are. 0 = this is no list. */
  items: Column | null;

  @inline
  pushValid(): void {
    if (this.length++ >> 3 >= this.bitBytes) growBits(this);
  }

  @inline
  reserve(bytes: usize): void {
    if (bytes > this.dataBytes) growData(this, bytes);
  }

  /** Adds bytes to the text that is being made. */
  @inline
  push(from: usize, length: usize): void {
    const at = this.at;
    this.reserve(at + length);
    Bytes.copy(this.data + at, from, length);
    this.at = at + length;
  }

  /** Whether something was pushed that is not ended yet. */
  @inline
  isBegun(): bool {
    return this.at > this.used + LENGTH_BYTES;
  }

  /** Ends the text that was pushed. */
  @inline
  endText(): void {
    store<u32>(this.data + this.used, <u32>(this.at - this.used - LENGTH_BYTES));
    this.used = this.at;
    this.at += LENGTH_BYTES;
    this.pushValid();
  }
}

function growBits(column: Column): void {
  const before = column.bitBytes;
  const after = max(FIRST_BITS, before * 2);
  const larger = allocate(after);
  memory.copy(larger, column.bits, before);
  memory.fill(larger + before, 0xff, after - before);
  column.bits = larger;
  column.bitBytes = after;
}

function growData(column: Column, needed: usize): void {
  const before = column.dataBytes;
  const after = max(needed, max(FIRST_DATA, before * 2));
  const larger = allocate(after);
  memory.copy(larger, column.data, before);
  column.data = larger;
  column.dataBytes = after;
}

export function pushNull(column: Column): void {
  const row = column.length;
  column.pushValid();
  const at = column.bits + (row >> 3);
  store<u8>(at, load<u8>(at) & ~(1 << (<u8>(row & 7))));
  column.nullCount++;
}

export function pushNumber(column: Column, value: i64): void {
  column.reserve(column.used + sizeof<i64>());
  store<i64>(column.data + column.used, value);
  column.used += sizeof<i64>();
  column.pushValid();
}

/** Ends the text that was pushed; NULL when nothing was. */
export function endTextOrNull(column: Column): void {
  if (column.isBegun()) column.endText();
  else pushNull(column);
}

/** Ends the list whose items were appended; one without items is NULL. */
export function endList(column: Column, items: Column): void {
  const offset = column.length * sizeof<u32>();
  column.reserve(offset + 2 * sizeof<u32>());
  if (items.length > load<u32>(column.data + offset)) column.pushValid();
  else pushNull(column);
  store<u32>(column.data + offset + sizeof<u32>(), <u32>items.length);
}

/** Forgets the rows, keeping the memory. To be called before the first one, too. */
export function clearColumn(column: Column): void {
  if (column.nullCount > 0) memory.fill(column.bits, 0xff, (column.length + 7) >> 3);
  column.length = 0;
  column.nullCount = 0;
  column.used = 0;
  column.at = LENGTH_BYTES;
  if (column.items === null) return;
  column.reserve(sizeof<u32>());
  store<u32>(column.data, 0);
}
