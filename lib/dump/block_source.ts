import type { Entity } from "../datasets/declaration.ts";
import { type CutBlock, RecordCutter } from "./record_cutter.ts";
import type { DumpSource, ReadSource } from "./source.ts";

/** Where the cutting by a guess ended: what is in no block, and whether it begins inside the root. */
export interface CutEnd extends CutBlock {
  isInside: boolean;
}

/** A block, and how many bytes of the dump had been read when it was cut, as stored. */
export interface ReadBlock extends CutBlock {
  stored: number;
}

/** A dump in blocks that were cut by a guess, then the bytes that are in none: from this thread or one of their own. */
export interface BlockSource {
  /** The next block; undefined when there is none to cut any more. Throws what reading the dump throws. */
  block(): Promise<ReadBlock | undefined>;
  /** How many bytes of the dump had been read, as stored, when the last block was given. */
  readonly stored: number;
  /** Returns the memory of a block that is no longer in use. */
  reuse(bytes: Uint8Array<ArrayBuffer>): void;
  /** The bytes that were read, but are in no block. No block can be asked for after it. */
  end(): Promise<CutEnd>;
  /** The bytes behind them, chunk by chunk; undefined at the end of the dump. Throws what reading the dump throws. */
  chunk(): Promise<Uint8Array | undefined>;
  /** What was read. Only when all of it has been. */
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
    // First the file: a read that waits for bytes would otherwise be waited for.
    this.#dump.close();
    await this.#chunks.return?.();
  }
}
