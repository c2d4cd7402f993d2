/** Bytes after every allocation that 16- or 32-byte accesses may read and overwrite. */
const SLACK: usize = 64;
/** Most texts are not longer. */
const SHORT: usize = 32;
/** Longer copies use the machine's own instruction. */
const LONGEST_IN_STEPS: usize = 256;

/** Allocates memory aligned to 16 bytes. It is never freed: growing buffers double. */
export function allocate(size: usize): usize {
  return heap.alloc(size + SLACK);
}

/** Byte copies without calls. */
export class Bytes {
  /** Copies bytes, and up to 15 more. */
  @inline
  static copy(to: usize, from: usize, length: usize): void {
    if (length > LONGEST_IN_STEPS) memory.copy(to, from, length);
    else for (let i: usize = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i));
  }

  /** Copies a text, and up to 32 bytes more. A short one takes no branch, because a mispredicted one costs more than the bytes. */
  @inline
  static copyText(to: usize, from: usize, length: usize): void {
    v128.store(to, v128.load(from));
    v128.store(to + 16, v128.load(from + 16));
    if (length > SHORT) Bytes.copy(to + SHORT, from + SHORT, length - SHORT);
  }
}
