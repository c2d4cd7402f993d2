import { Worker } from "node:worker_threads";
import { workerCode } from "../bundles/worker_code.ts";
import { type BlockOrder, makeBlock, type RecordBlock } from "./record_blocks.ts";

/** Blocks in progress or queued per thread; bounds memory. */
const AHEAD = 2;
/** With fewer blocks per thread, starting the threads takes longer than making the blocks. */
const WORTH_A_THREAD = 4;

/** Worker threads that make the blocks of dumps. Threads start only when there is enough work for them. */
export class BlockThreads {
  readonly #count: number;
  readonly #threads: BlockThread[] = [];

  /** @param count maximum number of threads; with 1, all work is done in the calling thread */
  constructor(count: number) {
    this.#count = count;
  }

  /** Makes blocks and yields them in order. */
  async *make(orders: readonly BlockOrder[]): AsyncGenerator<RecordBlock> {
    const count = Math.min(this.#count, Math.floor(orders.length / WORTH_A_THREAD));
    if (count < 2) {
      for (const order of orders) yield makeBlock(order);
      return;
    }
    while (this.#threads.length < count) this.#threads.push(new BlockThread());
    const asked: Promise<RecordBlock>[] = [];
    for (const [index, order] of orders.entries()) {
      asked.push((this.#threads[index % count] as BlockThread).make(order));
      if (asked.length >= count * AHEAD) yield await (asked.shift() as Promise<RecordBlock>);
    }
    for (const block of asked) yield await block;
  }

  /** Stops all threads and abandons their unfinished work. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}

interface Asked {
  resolve(block: RecordBlock): void;
  reject(error: unknown): void;
}

/** A thread that makes blocks in the order requested. */
class BlockThread {
  readonly #worker = new Worker(workerCode(new URL("sample_worker.ts", import.meta.url)), {
    eval: true,
    execArgv: [],
  });
  readonly #asked: Asked[] = [];

  constructor() {
    this.#worker.on("message", (block: RecordBlock) => this.#asked.shift()?.resolve(block));
    this.#worker.on("error", (error) => {
      for (const { reject } of this.#asked.splice(0)) reject(error);
    });
  }

  make(order: BlockOrder): Promise<RecordBlock> {
    const block = new Promise<RecordBlock>((resolve, reject) => {
      this.#asked.push({ resolve, reject });
    });
    // A failure is thrown where the block is awaited; until then it must not count as unhandled.
    block.catch(() => undefined);
    this.#worker.postMessage(order);
    return block;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
