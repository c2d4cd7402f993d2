import { pushVarint } from "./thrift_compact.ts";

/** Blocks hold a multiple of this many values. */
const BLOCK_FACTOR = 128;
/** Bits per delta. */
const WIDTH = 32;
/** Lengths are below 2^31, so no delta is smaller. */
const LEAST_DELTA = -(2 ** 31 - 1);

/** Memory that is used again for each row group, because new memory makes the garbage collector run more often. */
export class DeltaMemory {
  readonly #arrays: Int32Array<ArrayBuffer>[] = [];
  #taken = 0;

  /** Makes everything that was taken available again. */
  clear(): void {
    this.#taken = 0;
  }

  /** An array with any content. */
  take(length: number): Int32Array<ArrayBuffer> {
    const index = this.#taken++;
    let array = this.#arrays[index];
    if (array === undefined || array.length < length) {
      array = new Int32Array(length);
      this.#arrays[index] = array;
    }
    return array.subarray(0, length);
  }
}

/**
 * The lengths of texts as they precede the texts in Parquet's DELTA_LENGTH_BYTE_ARRAY encoding: DELTA_BINARY_PACKED
 * (https://parquet.apache.org/docs/file-format/data-pages/encodings/), in one block with deltas of 32 bits.
 *
 * @param stretches the lengths of some texts, then those of the next ones
 * @param memory holds the result
 */
export function packedLengths(stretches: readonly Int32Array[], memory: DeltaMemory): Uint8Array[] {
  const count = stretches.reduce((sum, { length }) => sum + length, 0);
  const size = Math.max(1, Math.ceil((count - 1) / BLOCK_FACTOR)) * BLOCK_FACTOR;
  // The first entry, the difference of the first length from 0, is not part of the block.
  const deltas = memory.take(1 + size);
  let previous = 0;
  let at = 0;
  for (const lengths of stretches) {
    for (let i = 0; i < lengths.length; i++, at++) {
      const length = lengths[i] as number;
      deltas[at] = (length - previous - LEAST_DELTA) | 0;
      previous = length;
    }
  }
  const first = count === 0 ? 0 : ((deltas[0] as number) + LEAST_DELTA) | 0;
  const head: number[] = [];
  for (const value of [size, 1, count, zigzag(first)]) pushVarint(head, value);
  if (count < 2) return [Uint8Array.from(head)];
  pushVarint(head, zigzag(LEAST_DELTA));
  head.push(WIDTH);
  return [
    Uint8Array.from(head),
    new Uint8Array(deltas.buffer, deltas.BYTES_PER_ELEMENT, size * deltas.BYTES_PER_ELEMENT),
  ];
}

/** Signed numbers as natural ones: 0, -1, 1, -2, ... */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
