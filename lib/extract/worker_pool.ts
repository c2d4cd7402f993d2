import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { DatasetFile } from "../lake/done.ts";
import type { PartSink } from "../parquet/dataset_writer.ts";
import type { BlockParserOptions } from "./block_parser.ts";
import type { Slots } from "./slots.ts";
import type { ParseReply, PartPiece, WorkerJob, WorkerReply, WriteReply } from "./worker_messages.ts";

/** Keeps the garbage of a worker's parsing small, so that peak memory does not depend on how long it runs. */
const YOUNG_GENERATION_MB = 16;

/** Threads that parse blocks and write parts. How many work at the same time is what `slots` allows. */
export class WorkerPool {
  /** How many threads there are. */
  readonly threads: number;
  readonly #slots: Slots;
  readonly #idle: Worker[] = [];
  readonly #all: Worker[];

  constructor(threads: number, slots: Slots, options: BlockParserOptions) {
    this.threads = threads;
    this.#slots = slots;
    this.#all = Array.from({ length: threads }, () => startWorker(options));
    this.#idle.push(...this.#all);
  }

  /** Parses bytes that should be whole records. The bytes are handed over, and come back with the reply. */
  async parse(bytes: Uint8Array<ArrayBuffer>): Promise<ParseReply> {
    const reply = await this.#run({ kind: "parse", bytes }, [bytes.buffer]);
    if (reply.kind !== "parse") throw new TypeError(`a parse job was answered with ${reply.kind}`);
    return reply;
  }

  /**
   * Writes the parts of one dataset, each on whichever thread is free. The columns that are added must not change
   * before their part is written.
   */
  parts(dataset: number): PartSink {
    let pieces: PartPiece[] = [];
    return {
      add: (columns, from, to) => pieces.push({ columns, from, to }),
      write: (path) => {
        const job = { kind: "write", dataset, path, pieces } as const;
        pieces = [];
        return this.#write(job);
      },
    };
  }

  /** Ends all threads; what they work on is given up. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }

  async #write(job: WorkerJob & { kind: "write" }): Promise<DatasetFile> {
    const reply = await this.#run(job, []);
    if (reply.kind !== "write") throw new TypeError(`a write job was answered with ${reply.kind}`);
    return reply.file;
  }

  #run(job: WorkerJob, transfer: readonly ArrayBuffer[]): Promise<ParseReply | WriteReply> {
    return this.#slots.use(async () => {
      const worker = this.#idle.pop();
      if (worker === undefined) throw new TypeError("there are more slots than workers");
      worker.postMessage(job, transfer);
      const [reply] = (await once(worker, "message")) as [WorkerReply];
      this.#idle.push(worker);
      if (reply.kind === "error") throw reply.error;
      return reply;
    });
  }
}

function startWorker(options: BlockParserOptions): Worker {
  const worker = new Worker(new URL("extract_worker.mjs", import.meta.url), {
    workerData: options,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  worker.unref();
  return worker;
}
