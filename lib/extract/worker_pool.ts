import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { ColumnData } from "../parquet/column_buffers.ts";
import type { PartSink } from "../parquet/dataset_writer.ts";
import { memoryOf } from "../parquet/packed_columns.ts";
import type { BlockParserOptions } from "./block_parser.ts";
import type { QuickParser } from "./parsed_blocks.ts";
import type { Slots } from "./slots.ts";
import type { StageTimes } from "./stage_times.ts";
import { type WorkerScript, workerCode } from "./worker_code.ts";
import type { Outcome, ParseJob, ParseReply, WorkerStart, WriteJob, WriteReply } from "./worker_messages.ts";

/** Keeps the garbage of a worker small, so that peak memory does not depend on how long it runs. */
const YOUNG_GENERATION_MB = 16;

/** Blocks that are being parsed or wait for their turn, for each thread. */
const BLOCKS_AHEAD = 2;

/** Threads that parse blocks, and one that writes parts. How many work at the same time is what `slots` allows. */
export class WorkerPool implements QuickParser {
  readonly blocksAhead: number;
  readonly #slots: Slots;
  readonly #times: StageTimes;
  readonly #parsers: Worker[];
  readonly #idle: Worker[];
  readonly #writer: Worker;
  /** What the writer was last asked to do; the next job is posted after it, so that jobs keep their order. */
  #written: Promise<void> = Promise.resolve();

  constructor(threads: number, slots: Slots, times: StageTimes, options: BlockParserOptions) {
    this.blocksAhead = threads * BLOCKS_AHEAD;
    this.#slots = slots;
    this.#times = times;
    this.#parsers = Array.from({ length: threads }, () => startWorker("parse_worker", options));
    this.#idle = [...this.#parsers];
    this.#writer = startWorker("write_worker", options);
  }

  /** Parses bytes that should be whole records. The bytes are handed over, and come back with the reply. */
  parse(bytes: Uint8Array<ArrayBuffer>): Promise<ParseReply> {
    return this.#slots.use(async () => {
      const worker = this.#idle.pop();
      if (worker === undefined) throw new TypeError("there are more slots than threads");
      const job: ParseJob = { bytes };
      worker.postMessage(job, [bytes.buffer]);
      const reply = await this.#times.time("parse", () => resultOf<ParseReply>(worker));
      this.#idle.push(worker);
      return reply;
    });
  }

  /** The parts of one dataset. The columns that rows are added from must be packed ones: their memory is handed over. */
  parts(dataset: number): PartSink {
    let posted: readonly ColumnData[] = [];
    return {
      add: (columns, from, to) => {
        const isNew = columns !== posted;
        posted = columns;
        this.#written = this.#written.then(() => {
          if (isNew) this.#post({ kind: "rows", dataset, columns }, [memoryOf(columns)]);
          this.#post({ kind: "add", dataset, from, to });
        });
      },
      write: (path) => {
        const file = this.#written.then(() =>
          this.#slots.use(() =>
            this.#times.time("encode", () => this.#write({ kind: "write", dataset, path })),
          ),
        );
        this.#written = file.then(ignore, ignore);
        return file;
      },
    };
  }

  /** Ends all threads; what they work on is given up. */
  async close(): Promise<void> {
    await Promise.all([...this.#parsers, this.#writer].map((worker) => worker.terminate()));
  }

  #post(job: WriteJob, transfer: ArrayBuffer[] = []): void {
    this.#writer.postMessage(job, transfer);
  }

  #write(job: WriteJob): Promise<WriteReply> {
    this.#post(job);
    return resultOf(this.#writer);
  }
}

/** For a promise whose outcome is looked at elsewhere. */
function ignore(): void {}

async function resultOf<T>(worker: Worker): Promise<T> {
  const [outcome] = (await once(worker, "message")) as [Outcome<T>];
  if ("error" in outcome) throw outcome.error;
  return outcome.result;
}

function startWorker(script: WorkerScript, options: BlockParserOptions): Worker {
  const worker = new Worker(workerCode(script), {
    eval: true,
    execArgv: [],
    workerData: { options } satisfies WorkerStart,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  worker.unref();
  return worker;
}
