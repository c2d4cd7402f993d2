import type { PartSink, WrittenPart } from "../../parquet/dataset_writer.ts";
import type { PlainPart, RowTotals } from "../../parquet/part_rows.ts";
import type { BlockParserOptions } from "../../parser/block_parser.ts";
import type { QuickParser, QuickReply } from "../parsed_blocks.ts";
import type { StageTimes } from "../stage_times.ts";
import { ThreadedSource } from "./threaded_source.ts";
import type { ParseJob, WorkerStart } from "./worker_messages.ts";
import { WorkerThread } from "./worker_thread.ts";

/**
 * Blocks read ahead, beyond one per thread. While the blocks of a busy thread are awaited, as their rows come first, the others
 * parse these.
 */
const BLOCKS_AHEAD = 6;
/** A thread with fewer jobs is given a block: with a second job queued, it does not wait for this thread. */
const MAX_JOBS = 2;

/**
 * Number of encoding threads; half of the threads, if that is more. Each needs memory for an encoder once it
 * has encoded.
 */
const ENCODERS = 2;

/**
 * The reader encodes a part only if the other threads have this many times its bytes to encode: meanwhile it does not read, and
 * with less, they would run out of work.
 */
const SHARE_BEFORE_READER = 2;

/** A block not assigned to a thread yet. */
interface WaitingBlock {
  bytes: Uint8Array<ArrayBuffer>;
  resolve(reply: Promise<QuickReply>): void;
}

/** A part not assigned to a thread yet. */
interface WaitingPart {
  part: PlainPart;
  resolve(written: Promise<WrittenPart>): void;
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
  /** The threads that encode, in order of preference; the reader comes last. */
  readonly #encoders: readonly WorkerThread[];
  /** Those that are encoding a part. */
  readonly #encoding = new Set<WorkerThread>();
  /** Bytes of all parts that are being encoded or waiting. */
  #bytesToEncode = 0;
  readonly #blocks: WaitingBlock[] = [];
  readonly #parts: WaitingPart[] = [];

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
    this.source = new ThreadedSource(reader);
    this.#threads = [...new Set([...others, collector, reader])];
    this.#reader = reader;
    this.#collector = collector;
    this.#encoders = [...new Set([collector, ...others, reader])].slice(0, Math.max(ENCODERS, threads / 2));
  }

  /** Parses bytes that should be whole records. The bytes are transferred, and returned with the reply. */
  parse(bytes: Uint8Array<ArrayBuffer>): Promise<QuickReply> {
    return new Promise((resolve) => {
      this.#blocks.push({ bytes, resolve });
      this.#assign();
    });
  }

  /** The parts of one dataset. The memory of rows passed to it is transferred. */
  parts(dataset: number): PartSink {
    const collector = this.#collector;
    return {
      begin: (path) => collector.tell({ dataset, name: "begin", path }),
      take: (packed) => collector.tell({ dataset, name: "take", packed }, [packed]),
      append: (from, to) => collector.tell({ dataset, name: "append", from, to }),
      end: async () => this.#encode(await this.#collector.ask<PlainPart>({ kind: "end", dataset })),
      totals: () => collector.ask<RowTotals>({ kind: "totals", dataset }),
    };
  }

  /** Stops all threads when they have done the jobs they were given, and refuses whatever is waiting. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }

  #encode(part: PlainPart): Promise<WrittenPart> {
    this.#bytesToEncode += part.bytes;
    return new Promise((resolve) => {
      this.#parts.push({ part, resolve });
      // The largest first: of the last parts of a dump, the small ones keep all threads busy to the end.
      this.#parts.sort((a, b) => b.part.bytes - a.part.bytes);
      this.#assign();
    });
  }

  /** Assigns waiting parts and blocks to threads with little to do. */
  #assign(): void {
    this.#assignParts();
    this.#assignBlocks();
  }

  /** A part waits for a thread that encodes none: assigned earlier, it could wait for one while another is idle. */
  #assignParts(): void {
    // As long as the first suffices, only that one needs memory for an encoder.
    for (const thread of this.#encoders) {
      const [next] = this.#parts;
      if (next === undefined) return;
      if (this.#encoding.has(thread) || this.#shouldRead(thread, next.part)) continue;
      this.#parts.shift();
      next.resolve(this.#encodeOn(thread, next.part));
    }
  }

  async #encodeOn(thread: WorkerThread, part: PlainPart): Promise<WrittenPart> {
    this.#encoding.add(thread);
    try {
      return await thread.ask<WrittenPart>({ kind: "encode", part });
    } finally {
      this.#encoding.delete(thread);
      this.#bytesToEncode -= part.bytes;
      this.#assign();
    }
  }

  /** Whether a thread should go on reading instead of encoding a part. */
  #shouldRead(thread: WorkerThread, { bytes }: PlainPart): boolean {
    if (thread !== this.#reader || thread === this.#collector || !this.source.isReading) return false;
    return this.#bytesToEncode - bytes <= SHARE_BEFORE_READER * bytes;
  }

  #assignBlocks(): void {
    for (let thread = this.#freest(); thread !== undefined; thread = this.#freest()) {
      const next = this.#blocks.shift();
      if (next === undefined) return;
      const job: ParseJob = { kind: "parse", bytes: next.bytes };
      next.resolve(thread.ask<QuickReply>(job, [next.bytes.buffer]));
    }
  }

  /**
   * Chooses the thread for the next block. A block should not wait behind a part being encoded, which is
   * slow, and blocks parsed by the reader keep all other threads waiting.
   */
  #freest(): WorkerThread | undefined {
    let freest: WorkerThread | undefined;
    for (const thread of this.#threads) {
      if (this.#threads.length > 1 && this.#encoding.has(thread)) continue;
      if (thread === this.#reader && (freest !== undefined || thread.jobs > 0)) continue;
      if (thread.jobs < (freest?.jobs ?? MAX_JOBS)) freest = thread;
    }
    return freest;
  }
}
