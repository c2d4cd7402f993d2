import type { Entity } from "../datasets/declaration.ts";
import { type CutBlock, RecordCutter } from "./record_cutter.ts";
import type { DumpSource, ReadSource } from "./source.ts";

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
  /** How many stored bytes of the dump had been read when the last block was returned. */
  readonly stored: number;
  /** Takes back the memory of a block that is no longer in use. */
  reuse(bytes: Uint8Array<ArrayBuffer>): void;
  /** The bytes read that are in no block. No block can be requested afterwards. */
  end(): Promise<CutEnd>;
  /** The bytes after those, chunk by chunk; undefined at the end of the dump. Throws what reading the dump throws. */
  chunk(): Promise<Uint8Array | undefined>;
  /** What was read; only after reading everything. */
  identity(): Promise<ReadSource>;
  /** Abandons the dump. */
  close(): Promise<void>;
}

/** Cuts a dump on this thread. */
export class CutDump implements BlockSource {
  readonly #dump: DumpSource;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #cutter: RecordCutter;

  constructor(dump: DumpSource, entity: Entity) {
    this.#dump = dump;
    this.#chunks = dump.chunks[Symbol.asyncIterator]();
    this.#cutter = new RecordCutter(this.#chunks, entity);
  }

  get stored(): number {
    return this.#dump.stored();
  }

  async block(): Promise<ReadBlock | undefined> {
    const block = await this.#cutter.next();
    return block === undefined ? undefined : { ...block, stored: this.stored };
  }

  reuse(bytes: Uint8Array<ArrayBuffer>): void {
    this.#cutter.reuse(bytes);
  }

  async end(): Promise<CutEnd> {
    return { ...this.#cutter.rest, isInside: this.#cutter.isInside };
  }

  async chunk(): Promise<Uint8Array | undefined> {
    const { value, done } = await this.#chunks.next();
    return done ? undefined : value;
  }

  async identity(): Promise<ReadSource> {
    return this.#dump.identity();
  }

  async close(): Promise<void> {
    // Close the file first, so as not to wait for a pending read.
    this.#dump.close();
    await this.#chunks.return?.();
  }
}
