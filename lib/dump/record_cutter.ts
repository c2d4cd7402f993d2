import type { Entity } from "../datasets/declaration.ts";
import type { Read } from "./read.ts";

/** Number of bytes after which a block is cut. */
const BLOCK_BYTES = 1 << 21;
/** A dump without a place to cut within this many bytes is not in the published form. */
const MAX_BLOCK_BYTES = 1 << 24;
/** Maximum number of bytes read at a time, which should fit in the cache of a core. */
const READ_BYTES = 1 << 18;
/** The number of bytes to read before looking for the dump's head. */
const HEAD_BYTES = 512;

/** Bytes of a dump, and the uncompressed offset of the first one. */
export interface CutBlock {
  bytes: Uint8Array<ArrayBuffer>;
  offset: number;
  /** The dump has no root element, only records. */
  isRootImplied: boolean;
}

/**
 * Cuts a dump in its published form, in which every record begins a line, at lines that begin with a record's tag, without
 * examining the bytes between. A cut is provisional, because a line in a comment or a nested element can look the same; parsing
 * shows whether a block consists of whole records. The last bytes, and dumps of another form, remain in `rest`.
 */
export class RecordCutter {
  readonly #read: Read;
  readonly #head: RegExp;
  readonly #mark: Buffer;
  #buffer = newBuffer(BLOCK_BYTES * 2);
  #length = 0;
  /** Memory of blocks no longer in use. */
  readonly #spare: Buffer<ArrayBuffer>[] = [];
  #offset = 0;
  /** Whether the head was passed: then the rest begins inside the root, between two records. */
  isInside = false;
  #isRootImplied = false;

  constructor(read: Read, entity: Entity) {
    this.#read = read;
    this.#mark = Buffer.from(`\n<${entity}`);
    const declaration = '<\\?xml version="1\\.0"( encoding="(utf|UTF)-8")?\\?>';
    this.#head = new RegExp(`^(\\xef\\xbb\\xbf)?(${declaration})?\\s*(<${entity}s>\\s*)?(?=<${entity}[ >/])`);
  }

  /** The next block; undefined when no more can be cut. Throws what reading throws. */
  async next(): Promise<CutBlock | undefined> {
    for (;;) {
      const cut = this.#placeToCut();
      if (cut > 0) return this.#take(cut);
      if (this.#length > MAX_BLOCK_BYTES) return undefined;
      const length = await this.#read(this.#space());
      if (length === 0) return undefined;
      this.#length += length;
      if (!this.isInside && this.#length >= HEAD_BYTES && !this.#passHead()) return undefined;
    }
  }

  /** The bytes in no block. */
  get rest(): CutBlock {
    return {
      bytes: bytesOf(this.#buffer, this.#length),
      offset: this.#offset,
      isRootImplied: this.#isRootImplied,
    };
  }

  /** Returns the memory of a block that is no longer in use. */
  reuse({ buffer }: Uint8Array<ArrayBuffer>): void {
    if (buffer.byteLength === BLOCK_BYTES * 2) this.#spare.push(Buffer.from(buffer));
  }

  #placeToCut(): number {
    if (!this.isInside || this.#length < BLOCK_BYTES) return 0;
    return this.#buffer.subarray(0, this.#length).lastIndexOf(this.#mark) + 1;
  }

  /** Hands over the first bytes with their memory, and continues with the others in new memory. */
  #take(cut: number): CutBlock {
    const full = this.#buffer;
    const rest = full.subarray(cut, this.#length);
    this.#buffer = this.#spare.pop() ?? newBuffer(BLOCK_BYTES * 2);
    this.#buffer.set(rest);
    this.#length = rest.length;
    const block = { bytes: bytesOf(full, cut), offset: this.#offset, isRootImplied: this.#isRootImplied };
    this.#offset += cut;
    return block;
  }

  #passHead(): boolean {
    const found = this.#head.exec(this.#buffer.toString("latin1", 0, HEAD_BYTES));
    const head = found?.[0];
    if (head === undefined) return false;
    this.#buffer.copyWithin(0, head.length, this.#length);
    this.#length -= head.length;
    this.#offset += head.length;
    this.isInside = true;
    this.#isRootImplied = found?.at(-1) === undefined;
    return true;
  }

  /** Memory for the next bytes. */
  #space(): Buffer {
    if (this.#length + READ_BYTES > this.#buffer.length) {
      const larger = newBuffer(this.#buffer.length * 2);
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    return this.#buffer.subarray(this.#length, this.#length + READ_BYTES);
  }
}

/** Separate memory that can be transferred to another thread. */
function newBuffer(bytes: number): Buffer<ArrayBuffer> {
  return Buffer.allocUnsafeSlow(bytes);
}

function bytesOf(buffer: Buffer<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, length);
}
