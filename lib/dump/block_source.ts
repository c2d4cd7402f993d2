import type { Entity } from "../datasets/declaration.ts";
import { type CutBlock, RecordCutter } from "./record_cutter.ts";
import type { DumpSource, ReadSource } from "./source.ts";

/** Maximum size of a chunk. */
const CHUNK_BYTES = 1 << 18;

/** Where cutting ended: the bytes in no block, and whether they begin inside the root. */
export interface CutEnd extends CutBlock {
  isInside: boolean;
}

/** A block, and how many stored bytes of the dump had been read when it was cut. */
export interface ReadBlock extends CutBlock {
  stored: number;
}

/** A dump in provisionally cut blocks, then the remaining bytes; read on this thread or another. */
export interface BlockSource {
  /** The next block; undefined when no more can be cut. Throws what reading the dump throws. */
  block(): Promise<ReadBlock | undefined>;
  /** Maximum number of blocks that may be requested before the first of them is returned. */
  readonly requests: number;
  /** How many stored bytes of the dump had been read when the last block was returned. */
  readonly stored: number;
  /** Takes back the memory of a block that is no longer in use. */
  reuse(bytes: Uint8Array<ArrayBuffer>): void;
  /** The bytes read that are in no block. No block can be requested afterwards. */
  end(): Promise<CutEnd>;
  /** The bytes after those, chunk by chunk; undefined at the end of the dump. Throws what reading the dump throws. */
  chunk(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** What was read; only after reading everything. */
  identity(): Promise<ReadSource>;
  /** Abandons the dump. */
  close(): Promise<void>;
}

/** Cuts a dump on this thread. */
export class CutDump implements BlockSource {
  readonly #dump: DumpSource;
  readonly #cutter: RecordCutter;
  readonly requests = 1;
  /** Whether there are no more blocks. */
  #isOver = false;

  constructor(dump: DumpSource, entity: Entity) {
    this.#dump = dump;
    this.#cutter = new RecordCutter(dump.read, entity);
  }

  get stored(): number {
    return this.#dump.stored();
  }

  async block(): Promise<ReadBlock | undefined> {
    if (this.#isOver) return undefined;
    // Stays so if reading throws, as the next block may have been requested already.
    this.#isOver = true;
    const block = await this.#cutter.next();
    if (block === undefined) return undefined;
    this.#isOver = false;
    return { ...block, stored: this.stored };
  }

  reuse(bytes: Uint8Array<ArrayBuffer>): void {
    this.#cutter.reuse(bytes);
  }

  async end(): Promise<CutEnd> {
    return { ...this.#cutter.rest, isInside: this.#cutter.isInside };
  }

  async chunk(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const length = await this.#dump.read(chunk);
    return length === 0 ? undefined : chunk.subarray(0, length);
  }

  async identity(): Promise<ReadSource> {
    return this.#dump.identity();
  }

  async close(): Promise<void> {
    this.#dump.close();
  }
}
