import type { ColumnType } from "../datasets/types.ts";

/**
 * Columns that are filled value by value, in the layout of `ColumnData`. `clear` keeps the memory, so that the memory of a
 * process that fills them again and again stays constant.
 */
export type ColumnBuffers = Int64Buffers | Utf8Buffers;

/** Creates empty buffers for a column of numbers or texts. */
export function columnBuffers(type: ColumnType): ColumnBuffers {
  if (type === "BIGINT") return new Int64Buffers();
  if (type === "VARCHAR") return new Utf8Buffers();
  throw new TypeError(`only numbers and texts are appended one by one, not ${JSON.stringify(type)}`);
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

  clear(): void {
    this.validity.clear();
  }

  get #used(): number {
    return (this.validity.length - this.validity.nullCount) * 2;
  }
}

/** UTF-8 strings. */
export class Utf8Buffers {
  readonly kind = "utf8";
  readonly validity = new Validity();
  lengths: Int32Array<ArrayBuffer> = new Int32Array(1 << 11);
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
    const at = this.validity.length - this.validity.nullCount;
    this.lengths = grown(this.lengths, at + 1);
    this.lengths[at] = encoded.length;
    this.bytes = grown(this.bytes, this.byteLength + encoded.length);
    this.bytes.set(encoded, this.byteLength);
    this.byteLength += encoded.length;
    this.validity.pushValid();
  }

  clear(): void {
    this.validity.clear();
    this.byteLength = 0;
  }
}

function grown<T extends Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(array: T, needed: number): T {
  if (needed <= array.length) return array;
  const capacity = Math.max(needed, Math.ceil(array.length * 1.5));
  const larger = array instanceof Int32Array ? new Int32Array(capacity) : new Uint8Array(capacity);
  larger.set(array);
  return larger as T;
}
