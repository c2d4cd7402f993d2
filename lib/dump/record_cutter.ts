import type { Entity } from "../datasets/declaration.ts";

/** A block is cut when so many bytes are there. */
const BLOCK_BYTES = 1 << 20;
/** Without a place to cut in so many bytes the dump is not in the published form. */
const MAX_BLOCK_BYTES = 1 << 24;
/** The head of a dump is looked for when so many bytes are there. */
const HEAD_BYTES = 512;

/** Bytes of a dump, and the uncompressed offset of the first one. */
export interface CutBlock {
  bytes: Uint8Array<ArrayBuffer>;
  offset: number;
}

/**
 * Cuts a dump in its published form, in which every record begins a line, where a line begins with a record's tag,
 * without looking at the bytes between. Whether a block really is whole records is seen only when it is parsed: the
 * cut is a guess, which a line in a comment or in a nested element can mislead. Nothing is said about the last bytes,
 * nor about a dump of another form: they stay in `rest`.
 */
export class RecordCutter {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #head: RegExp;
  readonly #mark: Buffer;
  #buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES * 3);
  #length = 0;
  #offset = 0;
  /** Whether the head has been passed: the rest then begins inside the root, between two records. */
  isInside = false;

  constructor(chunks: AsyncIterator<Uint8Array>, entity: Entity) {
    this.#chunks = chunks;
    this.#mark = Buffer.from(`\n<${entity}`);
    const declaration = '<\\?xml version="1\\.0"( encoding="(utf|UTF)-8")?\\?>';
    this.#head = new RegExp(`^(\\xef\\xbb\\xbf)?(${declaration})?\\s*<${entity}s>\\s*(?=<${entity}[ >/])`);
  }

  /** The next block; undefined when there is none to cut any more. Throws what the chunks throw. */
  async next(): Promise<CutBlock | undefined> {
    for (;;) {
      const cut = this.#placeToCut();
      if (cut > 0) return this.#take(cut);
      if (this.#length > MAX_BLOCK_BYTES) return undefined;
      const { value, done } = await this.#chunks.next();
      if (done) return undefined;
      this.#append(value);
      if (!this.isInside && this.#length >= HEAD_BYTES && !this.#passHead()) return undefined;
    }
  }

  /** The bytes that are in no block. */
  get rest(): CutBlock {
    return { bytes: copied(this.#buffer, this.#length), offset: this.#offset };
  }

  #placeToCut(): number {
    if (!this.isInside || this.#length < BLOCK_BYTES) return 0;
    return this.#buffer.subarray(0, this.#length).lastIndexOf(this.#mark) + 1;
  }

  #take(cut: number): CutBlock {
    const block = { bytes: copied(this.#buffer, cut), offset: this.#offset };
    this.#drop(cut);
    return block;
  }

  #passHead(): boolean {
    const [head] = this.#head.exec(this.#buffer.toString("latin1", 0, HEAD_BYTES)) ?? [];
    if (head === undefined) return false;
    this.#drop(head.length);
    this.isInside = true;
    return true;
  }

  #drop(bytes: number): void {
    this.#buffer.copyWithin(0, bytes, this.#length);
    this.#length -= bytes;
    this.#offset += bytes;
  }

  #append(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = needed;
  }
}

function copied(source: Buffer, length: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(length);
  copy.set(source.subarray(0, length));
  return copy;
}
