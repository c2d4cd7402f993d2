/** Bytes behind every piece of memory that whoever goes by 16 or 32 bytes may read and write over. */
const SLACK: usize = 64;
/** Longer copies are left to the machine's own. */
const LONGEST_IN_STEPS: usize = 256;

/** New memory, at a multiple of 16 bytes. It is never given back: what grows, grows by doubling. */
export function allocate(size: usize): usize {
  return heap.alloc(size + SLACK);
}

export class Bytes {
  /** Copies bytes, and up to 15 more. */
  @inline
  static copy(to: usize, from: usize, length: usize): void {
    if (length > LONGEST_IN_STEPS) memory.copy(to, from, length);
    else for (let i: usize = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i));
  }
}
