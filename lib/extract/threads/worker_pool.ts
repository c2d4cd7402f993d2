import type { BlockSource } from "../../dump/block_source.ts";
import type { PartSink, WrittenPart } from "../../parquet/dataset_writer.ts";
import { memoryOf, unpackColumns } from "../../parquet/packed_columns.ts";
import type { PlainPart } from "../../parquet/part_rows.ts";
import type { BlockParserOptions } from "../../parser/block_parser.ts";
import type { QuickParser, QuickReply } from "../parsed_blocks.ts";
import type { StageTimes } from "../stage_times.ts";
import { ThreadedSource } from "./threaded_source.ts";
import type { PackedRows, ParseJob, ParseReply, WorkerStart } from "./worker_messages.ts";
import { WorkerThread } from "./worker_thread.ts";

/** Blocks that are being parsed or wait for their turn, beyond one for each thread. */
const BLOCKS_AHEAD = 4;
/** Jobs that a thread has at most when it gets a block to parse: with a second one it need not wait for this thread. */
const MAX_JOBS = 3;

/** Threads that encode; with more threads half of them may. Each needs the memory of an encoder once it has. */
const ENCODERS = 2;

/** A block that no thread has got yet. */
interface Waiting {
  bytes: Uint8Array<ArrayBuffer>;
  resolve(reply: Promise<ParseReply>): void;
}

/**
 * The threads of an extraction. All of them parse blocks; the first one also reads the dump, the last one also collects
 * the parts, and some encode them. Each does one job at a time, so that no more of them are busy at once than there are.
 */
export class WorkerPool implements QuickParser {
  readonly blocksAhead: number;
  /** The dump that the pool was given. */
  readonly source: BlockSource;
  /** In the order in which they get blocks when they have as many jobs. */
  readonly #threads: readonly WorkerThread[];
  readonly #reader: WorkerThread;
  readonly #collector: WorkerThread;
  /** Bytes of the parts that each thread has to encode, in the order in which they are taken for it: the reader last. */
  readonly #encoding: Map<WorkerThread, number>;
  readonly #waiting: Waiting[] = [];
  readonly #datasets: BlockParserOptions["datasets"];

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
    const collector = others.pop() ?? reader;
    this.blocksAhead = threads + BLOCKS_AHEAD;
    this.#datasets = options.datasets;
    this.source = new ThreadedSource(reader);
    this.#threads = [...new Set([...others, collector, reader])];
    this.#reader = reader;
    this.#collector = collector;
    const encoders = [...new Set([collector, ...others, reader])].slice(0, Math.max(ENCODERS, threads / 2));
    this.#encoding = new Map(encoders.map((thread) => [thread, 0]));
  }

  /** Parses bytes that should be whole records. The bytes are handed over, and come back with the reply. */
  async parse(bytes: Uint8Array<ArrayBuffer>): Promise<QuickReply> {
    const reply = await new Promise<ParseReply>((resolve) => {
      this.#waiting.push({ bytes, resolve });
      this.#assign();
    });
    const datasets = this.#datasets.map(({ columns }, index) => {
      const { packed, ...counted } = reply.datasets[index] as PackedRows;
      return { ...counted, columns: unpackColumns(packed, columns) };
    });
    return { ...reply, datasets };
  }

  /** The parts of one dataset. The columns that they take must be packed ones: their memory is handed over. */
  parts(dataset: number): PartSink {
    const collector = this.#collector;
    return {
      begin: (path) => collector.tell({ dataset, name: "begin", path }),
      take: (columns) => {
        const packed = memoryOf(columns);
        collector.tell({ dataset, name: "take", packed }, [packed]);
      },
      append: (from, to) => collector.tell({ dataset, name: "append", from, to }),
      end: async () => this.#encode(await this.#collector.ask<PlainPart>({ kind: "end", dataset })),
    };
  }

  /** Ends all threads; what they work on is given up. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }

  async #encode(part: PlainPart): Promise<WrittenPart> {
    // The first of those that have the least: while one is enough, only that one has the memory for it.
    const [thread, bytes] = [...this.#encoding].reduce((least, each) => (each[1] < least[1] ? each : least));
    this.#encoding.set(thread, bytes + part.bytes);
    try {
      return await thread.ask<WrittenPart>({ kind: "encode", part });
    } finally {
      this.#encoding.set(thread, (this.#encoding.get(thread) ?? 0) - part.bytes);
      this.#assign();
    }
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
   * The thread that is to have the next block. It must not wait behind a part that is being encoded, which takes long,
   * where another thread can have it; and what the reader parses keeps all others waiting for blocks.
   */
  #freest(): WorkerThread | undefined {
    let freest: WorkerThread | undefined;
    for (const thread of this.#threads) {
      if (this.#threads.length > 1 && (this.#encoding.get(thread) ?? 0) > 0) continue;
      if (thread === this.#reader && (freest !== undefined || thread.jobs > 0)) continue;
      if (thread.jobs < (freest?.jobs ?? MAX_JOBS)) freest = thread;
    }
    return freest;
  }
}
