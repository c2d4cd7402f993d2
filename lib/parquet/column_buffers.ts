import type { ColumnType } from "../datasets/types.ts";
import { uint32 } from "./byte_pieces.ts";

/**
 * Columns with their values as Parquet's PLAIN encoding lays them out
 * (https://parquet.apache.org/docs/file-format/data-pages/encodings/): NULLs take no space. Values are appended in place.
 * `clear` keeps the memory, so that the memory of a process that writes part after part stays constant.
 */
export type ColumnBuffers = Int64Buffers | BooleanBuffers | Utf8Buffers | ListBuffers | StructBuffers;

/** The rows of a column, without methods to append: what is passed between threads. */
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
  /** Each value: its length in 4 bytes (little-endian), then its bytes. */
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

/** Size of the length before a text in bytes. */
export const LENGTH_BYTES = 4;

/** Creates empty buffers for a column type. */
export function columnBuffers(type: ColumnType): ColumnBuffers {
  if (type === "BIGINT") return new Int64Buffers();
  if (type === "VARCHAR") return new Utf8Buffers();
  if (type === "BOOLEAN") return new BooleanBuffers();
  if (typeof type === "string") throw new TypeError(`no dataset column has the type ${type}`);
  if (type.array === "VARCHAR") return new ListBuffers(new Utf8Buffers());
  return new ListBuffers(new StructBuffers(type.array.row.map((field) => columnBuffers(field.type))));
}

/** Validity bits, which can be appended to. */
export class Validity {
  bits: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 7).fill(0xff);
  length = 0;
  nullCount = 0;

  pushValid(): void {
    if (this.length++ >> 3 >= this.bits.length) this.#grow();
  }

  pushNull(): void {
    const index = this.length;
    this.pushValid();
    this.bits[index >> 3] = (this.bits[index >> 3] as number) & ~(1 << (index & 7));
    this.nullCount++;
  }

  /** Appends rows `[from, to)` of another column, eight at a time. */
  append({ bits, nullCount }: ValidityData, from: number, to: number): void {
    let at = this.length;
    this.length += to - from;
    if (this.length >> 3 >= this.bits.length) this.#grow();
    if (nullCount === 0) return;
    for (let row = from; row < to; row += 8, at += 8) {
      const eight = eightBits(bits, row) | (0xff << Math.min(8, to - row));
      const byte = at >> 3;
      const shift = at & 7;
      const kept = (1 << shift) - 1;
      this.bits[byte] = (this.bits[byte] as number) & ((eight << shift) | kept);
      if (shift > 0 && byte + 1 < this.bits.length) {
        this.bits[byte + 1] = (this.bits[byte + 1] as number) & (((eight & 0xff) >> (8 - shift)) | ~kept);
      }
      this.nullCount += 8 - ones(eight & 0xff);
    }
  }

  clear(): void {
    if (this.nullCount > 0) this.bits.fill(0xff, 0, (this.length + 7) >> 3);
    this.length = 0;
    this.nullCount = 0;
  }

  #grow(): void {
    const before = this.bits.length;
    this.bits = grown(this.bits, (this.length >> 3) + 1).fill(0xff, before);
  }
}

/** Number of non-NULL rows before `row`. */
function valuesBefore({ bits, nullCount }: ValidityData, row: number): number {
  if (nullCount === 0) return row;
  let count = 0;
  for (let at = 0; at < row; at += 8) {
    const wanted = row - at < 8 ? (1 << (row - at)) - 1 : 0xff;
    count += ones((bits[at >> 3] as number) & wanted);
  }
  return count;
}

function eightBits(bits: Uint8Array, from: number): number {
  const byte = from >> 3;
  return ((bits[byte] as number) | ((bits[byte + 1] ?? 0xff) << 8)) >> (from & 7);
}

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Signed 64-bit integers as pairs of 32-bit words (low, high), which avoids creating a BigInt per value. */
export class Int64Buffers {
  readonly kind = "int64";
  readonly validity = new Validity();
  words: Int32Array<ArrayBuffer> = new Int32Array(1 << 11);

  get length(): number {
    return this.validity.length;
  }

  appendNull(): void {
    this.validity.pushNull();
  }

  /** Appends a non-negative integer given as `high * 2^32 + low`. */
  append(low: number, high: number): void {
    const at = this.#used;
    if (at + 2 > this.words.length) this.words = grown(this.words, at + 2);
    this.words[at] = low;
    this.words[at + 1] = high;
    this.validity.pushValid();
  }

  appendFrom(other: Int64Data, from: number, to: number): void {
    const words = other.words.subarray(
      valuesBefore(other.validity, from) * 2,
      valuesBefore(other.validity, to) * 2,
    );
    const at = this.#used;
    this.words = grown(this.words, at + words.length);
    this.words.set(words, at);
    this.validity.append(other.validity, from, to);
  }

  clear(): void {
    this.validity.clear();
  }

  get #used(): number {
    return (this.validity.length - this.validity.nullCount) * 2;
  }
}

/** Booleans, one byte each; pages pack them into bits. */
export class BooleanBuffers {
  readonly kind = "boolean";
  readonly validity = new Validity();
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 11);

  get length(): number {
    return this.validity.length;
  }

  appendFrom(other: BooleanData, from: number, to: number): void {
    const bytes = other.bytes.subarray(valuesBefore(other.validity, from), valuesBefore(other.validity, to));
    const at = this.validity.length - this.validity.nullCount;
    this.bytes = grown(this.bytes, at + bytes.length);
    this.bytes.set(bytes, at);
    this.validity.append(other.validity, from, to);
  }

  clear(): void {
    this.validity.clear();
  }
}

/** UTF-8 strings. */
export class Utf8Buffers {
  readonly kind = "utf8";
  readonly validity = new Validity();
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 14);
  byteLength = 0;

  get length(): number {
    return this.validity.length;
  }

  appendNull(): void {
    this.validity.pushNull();
  }

  append(text: string): void {
    const encoded = Buffer.from(text);
    this.#add(uint32(encoded.length));
    this.#add(encoded);
    this.validity.pushValid();
  }

  appendFrom(other: Utf8Data, from: number, to: number): void {
    const first = valuesBefore(other.validity, from);
    const start = valueAt(other, 0, first);
    const end =
      to === other.validity.length
        ? other.byteLength
        : valueAt(other, start, valuesBefore(other.validity, to) - first);
    this.#add(other.bytes.subarray(start, end));
    this.validity.append(other.validity, from, to);
  }

  clear(): void {
    this.validity.clear();
    this.byteLength = 0;
  }

  #add(bytes: Uint8Array): void {
    this.bytes = grown(this.bytes, this.byteLength + bytes.length);
    this.bytes.set(bytes, this.byteLength);
    this.byteLength += bytes.length;
  }
}

/** The position of the value this many after the one at `from`. */
function valueAt({ bytes }: Utf8Data, from: number, values: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = from;
  for (let i = 0; i < values; i++) at += LENGTH_BYTES + view.getInt32(at, true);
  return at;
}

/** Lists of a child type. */
export class ListBuffers {
  readonly kind = "list";
  readonly validity = new Validity();
  offsets: Int32Array<ArrayBuffer> = new Int32Array(1 << 10);
  readonly child: Utf8Buffers | StructBuffers;

  constructor(child: Utf8Buffers | StructBuffers) {
    this.child = child;
  }

  get length(): number {
    return this.validity.length;
  }

  appendFrom(other: ListData, from: number, to: number): void {
    const shift = this.child.length - (other.offsets[from] as number);
    const at = this.length;
    appendRows(this.child, other.child, other.offsets[from] as number, other.offsets[to] as number);
    this.offsets = grown(this.offsets, at + to - from + 1);
    for (let i = from; i < to; i++)
      this.offsets[at + i - from + 1] = (other.offsets[i + 1] as number) + shift;
    this.validity.append(other.validity, from, to);
  }

  clear(): void {
    this.validity.clear();
    this.child.clear();
  }
}

/** Structs, never NULL themselves: every field has a value or NULL for each. */
export class StructBuffers {
  readonly kind = "struct";
  readonly fields: readonly ColumnBuffers[];

  constructor(fields: readonly ColumnBuffers[]) {
    this.fields = fields;
  }

  get length(): number {
    return this.fields[0]?.length ?? 0;
  }

  appendFrom(other: StructData, from: number, to: number): void {
    this.fields.forEach((field, index) => {
      appendRows(field, other.fields[index] as ColumnData, from, to);
    });
  }

  clear(): void {
    for (const field of this.fields) field.clear();
  }
}

/** Appends rows `[from, to)` of one column to another of the same type. */
export function appendRows(target: ColumnBuffers, source: ColumnData, from: number, to: number): void {
  if (target.kind === "int64" && source.kind === "int64") target.appendFrom(source, from, to);
  else if (target.kind === "utf8" && source.kind === "utf8") target.appendFrom(source, from, to);
  else if (target.kind === "boolean" && source.kind === "boolean") target.appendFrom(source, from, to);
  else if (target.kind === "list" && source.kind === "list") target.appendFrom(source, from, to);
  else if (target.kind === "struct" && source.kind === "struct") target.appendFrom(source, from, to);
  else throw new TypeError(`cannot append a ${source.kind} column to a ${target.kind} column`);
}

function grown<T extends Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(array: T, needed: number): T {
  if (needed <= array.length) return array;
  const capacity = Math.max(needed, Math.ceil(array.length * 1.5));
  const larger = array instanceof Int32Array ? new Int32Array(capacity) : new Uint8Array(capacity);
  larger.set(array);
  return larger as T;
}
