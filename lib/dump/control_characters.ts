const SPACE = 0x20;
const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Removes and counts the control characters in a dump that XML does not allow. */
export class WithoutControlCharacters implements AsyncIterable<Uint8Array> {
  removed = 0;
  readonly #chunks: AsyncIterable<Uint8Array>;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#chunks) yield this.#clean(chunk);
  }

  /** Returns the chunk itself if there is nothing to remove. */
  #clean(chunk: Uint8Array): Uint8Array {
    const first = chunk.findIndex(isRemoved);
    if (first === -1) return chunk;
    const kept = chunk.filter((byte) => !isRemoved(byte));
    this.removed += chunk.length - kept.length;
    return kept;
  }
}

function isRemoved(byte: number): boolean {
  return byte < SPACE && byte !== NEWLINE && byte !== TAB && byte !== RETURN;
}
