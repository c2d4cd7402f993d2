import type { Read } from "./read.ts";

const SPACE = 0x20;
const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Removes and counts the control characters in a dump that XML does not allow. */
export class WithoutControlCharacters {
  removed = 0;
  readonly #read: Read;

  constructor(read: Read) {
    this.#read = read;
  }

  /** Like `Read`. */
  async read(into: Uint8Array): Promise<number> {
    for (;;) {
      const length = await this.#read(into);
      const kept = this.#clean(into.subarray(0, length));
      if (kept > 0 || length === 0) return kept;
    }
  }

  /** Moves the bytes that are kept to the front; returns how many there are. */
  #clean(bytes: Uint8Array): number {
    const first = bytes.findIndex(isRemoved);
    if (first === -1) return bytes.length;
    const kept = bytes.subarray(first).filter((byte) => !isRemoved(byte));
    bytes.set(kept, first);
    this.removed += bytes.length - first - kept.length;
    return first + kept.length;
  }
}

function isRemoved(byte: number): boolean {
  return byte < SPACE && byte !== NEWLINE && byte !== TAB && byte !== RETURN;
}
