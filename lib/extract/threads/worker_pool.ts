import type { PartSink, WrittenPart } from "../../parquet/dataset_writer.ts";
import { memoryOf, unpackColumns } from "../../parquet/packed_columns.ts";
import type { PlainPart } from "../../parquet/part_rows.ts";
import type { BlockParserOptions } from "../../parser/block_parser.ts";
import type { QuickParser, QuickReply } from "../parsed_blocks.ts";
import type { StageTimes } from "../stage_times.ts";
import { ThreadedSource } from "./threaded_source.ts";
import type { PackedRows, ParseJob, ParseReply, WorkerStart } from "./worker_messages.ts";
import { WorkerThread } from "./worker_thread.ts";

/** Blocks being parsed or queued, beyond one per thread. */
const BLOCKS_AHEAD = 4;
/**
 * Maximum number of jobs of a thread that is given a block: with a second one queued, it does not wait for
 * this thread.
 */
const MAX_JOBS = 3;

/**
 * Number of encoding threads; half of the threads, if that is more. Each needs memory for an encoder once it
 * has encoded.
 */
const ENCODERS = 2;

/**
 * The reader encodes a part only if another thread has this many parts of the same size to encode: meanwhile it does not read, and
 * a thread with fewer would run out of work.
 */
const PARTS_BEFORE_READER = 2;

/** A block not assigned to a thread yet. */
interface Waiting {
  bytes: Uint8Array<ArrayBuffer>;
  resolve(reply: Promise<ParseReply>): void;
}

/**
 * The threads of an extraction. All of them parse blocks; the first also reads the dump, the last also
 * collects the parts, and some encode them. Each runs one job at a time, so no more are ever busy than there
 * are threads.
 */
export class WorkerPool implements QuickParser {
  readonly blocksAhead: number;
  /** The dump given to the pool. */
  readonly source: ThreadedSource;
  /** In the order in which threads with equally many jobs are given blocks. */
  readonly #threads: readonly WorkerThread[];
  readonly #reader: WorkerThread;
  readonly #collector: WorkerThread;
  /** Bytes of parts queued for encoding per thread, in order of preference; the reader comes last. */
  readonly #encoding: Map<WorkerThread, number>;
  readonly #waiting: Waiting[] = [];
  readonly #datasets: BlockParserOptions["datasets"];

  /**
   * @param threads at least one
   * @param dump an open file; undefined if `source` is not used
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

  /** Parses bytes that should be whole records. The bytes are transferred, and returned with the reply. */
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

  /** The parts of one dataset. Columns passed to it must be packed, as their memory is transferred. */
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

  /** Stops all threads and abandons their unfinished work. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }

  async #encode(part: PlainPart): Promise<WrittenPart> {
    // The first of the least loaded threads: as long as one suffices, only that one needs memory for an
    // encoder.
    const loadOf = (thread: WorkerThread) => this.#loadFor(part, thread);
    const thread = [...this.#encoding.keys()].reduce((least, each) =>
      loadOf(each) < loadOf(least) ? each : least,
    );
    this.#addLoad(thread, part.bytes);
    try {
      return await thread.ask<WrittenPart>({ kind: "encode", part });
    } finally {
      this.#addLoad(thread, -part.bytes);
      this.#assign();
    }
  }

  /** Bytes to be encoded before a part, and for a thread that reads, those that rather wait for the others. */
  #loadFor(part: PlainPart, thread: WorkerThread): number {
    const isReading = thread === this.#reader && thread !== this.#collector && this.source.isReading;
    return this.#load(thread) + (isReading ? PARTS_BEFORE_READER * part.bytes : 0);
  }

  /** Bytes of the parts that a thread is encoding, or is to encode. */
  #load(thread: WorkerThread): number {
    return this.#encoding.get(thread) ?? 0;
  }

  #addLoad(thread: WorkerThread, bytes: number): void {
    this.#encoding.set(thread, this.#load(thread) + bytes);
  }

  /** Assigns waiting blocks to threads with little to do. */
  #assign(): void {
    for (let thread = this.#freest(); thread !== undefined; thread = this.#freest()) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const job: ParseJob = { kind: "parse", bytes: next.bytes };
      next.resolve(thread.ask<ParseReply>(job, [next.bytes.buffer]));
    }
  }

  /**
   * Chooses the thread for the next block. A block should not wait behind a part being encoded, which is
   * slow, and blocks parsed by the reader keep all other threads waiting.
   */
  #freest(): WorkerThread | undefined {
    let freest: WorkerThread | undefined;
    for (const thread of this.#threads) {
      if (this.#threads.length > 1 && this.#load(thread) > 0) continue;
      if (thread === this.#reader && (freest !== undefined || thread.jobs > 0)) continue;
      if (thread.jobs < (freest?.jobs ?? MAX_JOBS)) freest = thread;
    }
    return freest;
  }
}
