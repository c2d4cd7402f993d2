import type { ColumnType } from "../datasets/types.ts";

/**
 * Columns as Arrow lays them out (https://arrow.apache.org/docs/format/Columnar.html), appended to in place. The
 * memory is kept over `clear`, so that a process that writes part after part reaches a level and stays there.
 */
export type ColumnBuffers = Int64Buffers | Utf8Buffers | ListBuffers | StructBuffers;

/** The rows of a column without the means to append: what is copied between threads. */
export type ColumnData = Int64Data | Utf8Data | ListData | StructData;

export interface ValidityData {
  bits: Uint8Array<ArrayBuffer>;
  length: number;
  nullCount: number;
}

export interface Int64Data {
  kind: "int64";
  validity: ValidityData;
  words: Int32Array<ArrayBuffer>;
}

export interface Utf8Data {
  kind: "utf8";
  validity: ValidityData;
  offsets: Int32Array<ArrayBuffer>;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface ListData {
  kind: "list";
  validity: ValidityData;
  offsets: Int32Array<ArrayBuffer>;
  child: Utf8Data | StructData;
}

export interface StructData {
  kind: "struct";
  fields: readonly ColumnData[];
}

/** Values of up to so many bytes are copied word by word: a call would take longer. */
const LONGEST_IN_WORDS = 128;

/** Makes empty buffers for a column's type. */
export function columnBuffers(type: ColumnType): ColumnBuffers {
  if (type === "BIGINT") return new Int64Buffers();
  if (type === "VARCHAR") return new Utf8Buffers();
  if (typeof type === "string") throw new TypeError(`no dataset column has the type ${type}`);
  if (type.array === "VARCHAR") return new ListBuffers(new Utf8Buffers());
  return new ListBuffers(new StructBuffers(type.array.row.map((field) => columnBuffers(field.type))));
}

/** Bytes that values are copied from. At least three more can be read behind every value. */
export interface ByteSource {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Bytes of a text, as a source. */
export function sourceOf(text: string): ByteSource & { length: number } {
  const encoded = Buffer.from(text);
  const bytes = new Uint8Array(encoded.length + 4);
  bytes.set(encoded);
  return { bytes, view: new DataView(bytes.buffer), length: encoded.length };
}

/** One bit a row, 1 = not NULL. Bits behind the last row are 1. */
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

  append({ bits, nullCount }: ValidityData, from: number, to: number): void {
    if (nullCount === 0) {
      this.length += to - from;
      if ((this.length + 7) >> 3 > this.bits.length) this.#grow();
      return;
    }
    for (let i = from; i < to; i++) {
      if ((((bits[i >> 3] as number) >> (i & 7)) & 1) === 1) this.pushValid();
      else this.pushNull();
    }
  }

  clear(): void {
    if (this.nullCount > 0) this.bits.fill(0xff, 0, (this.length + 7) >> 3);
    this.length = 0;
    this.nullCount = 0;
  }

  #grow(): void {
    const before = this.bits.length;
    this.bits = grown(this.bits, (this.length + 7) >> 3).fill(0xff, before);
  }
}

/** Signed 64-bit integers, as pairs of 32-bit words (low, high): no BigInt has to be made for a value. */
export class Int64Buffers {
  readonly kind = "int64";
  readonly validity = new Validity();
  words: Int32Array<ArrayBuffer> = new Int32Array(1 << 11);

  get length(): number {
    return this.validity.length;
  }

  appendNull(): void {
    this.#append(0, 0);
    this.validity.pushNull();
  }

  /** Appends a non-negative integer given as `high * 2^32 + low`. */
  append(low: number, high: number): void {
    this.#append(low, high);
    this.validity.pushValid();
  }

  appendFrom(other: Int64Data, from: number, to: number): void {
    const at = this.length * 2;
    this.words = grown(this.words, at + (to - from) * 2);
    this.words.set(other.words.subarray(from * 2, to * 2), at);
    this.validity.append(other.validity, from, to);
  }

  clear(): void {
    this.validity.clear();
  }

  #append(low: number, high: number): void {
    const at = this.length * 2;
    if (at + 2 > this.words.length) this.words = grown(this.words, at + 2);
    this.words[at] = low;
    this.words[at + 1] = high;
  }
}

/** UTF-8 strings. A value is pushed piece by piece and then ended, so that joining needs no string. */
export class Utf8Buffers {
  readonly kind = "utf8";
  readonly validity = new Validity();
  /** `length + 1` offsets into `bytes`. */
  offsets: Int32Array<ArrayBuffer> = new Int32Array(1 << 10);
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 14);
  #view = new DataView(this.bytes.buffer);
  #used = 0;

  get length(): number {
    return this.validity.length;
  }

  /** How many bytes the ended values and the begun one have. */
  get byteLength(): number {
    return this.#used;
  }

  /** Adds `source[start, end)` to the value that is being made. */
  push(source: ByteSource, start: number, end: number): void {
    const at = this.#used;
    const length = end - start;
    this.#reserve(at + length);
    if (length > LONGEST_IN_WORDS) this.bytes.set(source.bytes.subarray(start, end), at);
    else {
      const from = source.view;
      const to = this.#view;
      for (let i = 0; i < length; i += 4) to.setInt32(at + i, from.getInt32(start + i, true), true);
    }
    this.#used = at + length;
  }

  /** Ends the value that was pushed. */
  end(): void {
    this.validity.pushValid();
    this.#end();
  }

  appendNull(): void {
    this.validity.pushNull();
    this.#end();
  }

  append(source: ByteSource, start: number, end: number): void {
    this.push(source, start, end);
    this.end();
  }

  appendFrom(other: Utf8Data, from: number, to: number): void {
    const shift = this.#used - (other.offsets[from] as number);
    const at = this.length;
    const bytes = other.bytes.subarray(other.offsets[from], other.offsets[to]);
    this.#reserve(this.#used + bytes.length);
    this.bytes.set(bytes, this.#used);
    this.#used += bytes.length;
    this.offsets = grown(this.offsets, at + to - from + 1);
    for (let i = from; i < to; i++)
      this.offsets[at + i - from + 1] = (other.offsets[i + 1] as number) + shift;
    this.validity.append(other.validity, from, to);
  }

  clear(): void {
    this.validity.clear();
    this.#used = 0;
  }

  /** Makes room for so many bytes, and for the word that the last of them is written with. */
  #reserve(bytes: number): void {
    if (bytes + 4 <= this.bytes.length) return;
    this.bytes = grown(this.bytes, bytes + 4);
    this.#view = new DataView(this.bytes.buffer);
  }

  #end(): void {
    const rows = this.validity.length;
    if (rows >= this.offsets.length) this.offsets = grown(this.offsets, rows + 1);
    this.offsets[rows] = this.#used;
  }
}

/** Lists of a child type. Items are appended to `child`, then the list is ended. */
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

  /** Ends the list that was begun; one without items is NULL. */
  end(): void {
    const before = this.offsets[this.length] as number;
    if (this.child.length > before) this.validity.pushValid();
    else this.validity.pushNull();
    this.offsets = grown(this.offsets, this.length + 1);
    this.offsets[this.length] = this.child.length;
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

/** Structs, never NULL themselves: every field gets a value or NULL for each. */
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
