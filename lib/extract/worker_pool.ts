import type { BlockSource } from "../dump/block_source.ts";
import type { ColumnData } from "../parquet/column_buffers.ts";
import type { PartSink } from "../parquet/dataset_writer.ts";
import { memoryOf } from "../parquet/packed_columns.ts";
import type { BlockParserOptions } from "./block_parser.ts";
import type { QuickParser } from "./parsed_blocks.ts";
import type { StageTimes } from "./stage_times.ts";
import { ThreadedSource } from "./threaded_source.ts";
import type { ParseJob, ParseReply, WorkerStart, WriteReply } from "./worker_messages.ts";
import { WorkerThread } from "./worker_thread.ts";

/** Blocks that are being parsed or wait for their turn, beyond one for each thread. */
const BLOCKS_AHEAD = 4;
/** Jobs that a thread has at most when it gets a block to parse: with a second one it need not wait for this thread. */
const MAX_JOBS = 3;

/** A block that no thread has got yet. */
interface Waiting {
  bytes: Uint8Array<ArrayBuffer>;
  resolve(reply: Promise<ParseReply>): void;
}

/**
 * The threads of an extraction. All of them parse blocks; the first one also reads the dump, and the last one writes
 * the parts, so that the memory of an encoder is there once. Each does one job at a time, so that no more of them are
 * busy at once than there are.
 */
export class WorkerPool implements QuickParser {
  readonly blocksAhead: number;
  /** The dump that the pool was given. */
  readonly source: BlockSource;
  /** In the order in which they get blocks when they have as many jobs. */
  readonly #threads: readonly WorkerThread[];
  readonly #reader: WorkerThread;
  readonly #writer: WorkerThread;
  /** Parts that the writer was asked for. */
  #writing = 0;
  readonly #waiting: Waiting[] = [];

  /**
   * @param threads at least one
   * @param dump an opened file; undefined when `source` is not used
   */
  constructor(threads: number, times: StageTimes, options: BlockParserOptions, dump: WorkerStart["dump"]) {
    const started = Array.from(
      { length: threads },
      (_, index) =>
        new WorkerThread({ options, dump: index === 0 ? dump : undefined }, times, () => this.#assign()),
    );
    const [reader, ...others] = started as [WorkerThread, ...WorkerThread[]];
    const writer = others.pop() ?? reader;
    this.blocksAhead = threads + BLOCKS_AHEAD;
    this.source = new ThreadedSource(reader);
    this.#threads = [...new Set([...others, writer, reader])];
    this.#reader = reader;
    this.#writer = writer;
  }

  /** Parses bytes that should be whole records. The bytes are handed over, and come back with the reply. */
  parse(bytes: Uint8Array<ArrayBuffer>): Promise<ParseReply> {
    return new Promise((resolve) => {
      this.#waiting.push({ bytes, resolve });
      this.#assign();
    });
  }

  /** The parts of one dataset. The columns that rows are added from must be packed ones: their memory is handed over. */
  parts(dataset: number): PartSink {
    let told: readonly ColumnData[] = [];
    return {
      add: (path, columns, from, to) => {
        if (columns !== told) this.#writer.tell({ kind: "rows", dataset, columns }, [memoryOf(columns)]);
        told = columns;
        this.#writer.tell({ kind: "add", dataset, path, from, to });
      },
      write: async (path) => {
        this.#writing++;
        try {
          return await this.#writer.ask<WriteReply>({ kind: "write", dataset, path });
        } finally {
          this.#writing--;
          this.#assign();
        }
      },
    };
  }

  /** Ends all threads; what they work on is given up. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }

  /** Gives blocks that wait to threads that have little to do. */
  #assign(): void {
    for (let thread = this.#freest(); thread !== undefined; thread = this.#freest()) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const job: ParseJob = { kind: "parse", bytes: next.bytes };
      next.resolve(thread.ask<ParseReply>(job, [next.bytes.buffer]));
    }
  }

  /**
   * The thread that is to have the next block. It must not wait behind a part that is being written, which takes long,
   * where another thread can have it; and what the reader parses keeps all others waiting for blocks.
   */
  #freest(): WorkerThread | undefined {
    const isWriting = this.#writing > 0 && this.#threads.length > 1;
    let freest: WorkerThread | undefined;
    for (const thread of this.#threads) {
      if (isWriting && thread === this.#writer) continue;
      if (thread === this.#reader && (freest !== undefined || thread.jobs > 0)) continue;
      if (thread.jobs < (freest?.jobs ?? MAX_JOBS)) freest = thread;
    }
    return freest;
  }
}
