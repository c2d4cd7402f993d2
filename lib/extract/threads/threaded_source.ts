import type { BlockSource, CutEnd, ReadBlock } from "../../dump/block_source.ts";
import type { ReadSource } from "../../dump/source.ts";
import type { ReadJob } from "./worker_messages.ts";
import type { WorkerThread } from "./worker_thread.ts";

/** A dump that another thread reads, decompresses and cuts. */
export class ThreadedSource implements BlockSource {
  readonly #thread: WorkerThread;
  #reusable: Uint8Array<ArrayBuffer>[] = [];
  /** With a second request at hand, the thread reads on while this one takes the block and requests another. */
  readonly requests = 2;
  stored = 0;
  /** Whether blocks are being read, and there may be more. */
  isReading = false;

  constructor(thread: WorkerThread) {
    this.#thread = thread;
  }

  async block(): Promise<ReadBlock | undefined> {
    this.isReading = true;
    const block = await this.#ask<ReadBlock | undefined>("block");
    if (block === undefined) this.isReading = false;
    else this.stored = block.stored;
    return block;
  }

  reuse(bytes: Uint8Array<ArrayBuffer>): void {
    this.#reusable.push(bytes);
  }

  end(): Promise<CutEnd> {
    return this.#ask("end");
  }

  chunk(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#ask("chunk");
  }

  identity(): Promise<ReadSource> {
    return this.#ask("identity");
  }

  /** The file is closed by whoever opened it. */
  async close(): Promise<void> {}

  #ask<T>(call: ReadJob["call"]): Promise<T> {
    const reusable = this.#reusable.splice(0);
    const memory = reusable.map(({ buffer }) => buffer);
    return this.#thread.ask<T>({ kind: "read", call, reusable }, memory);
  }
}
