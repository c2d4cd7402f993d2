import type { Entity } from "../datasets/declaration.ts";
import { DumpError, dumpError, type Place } from "../dump/dump_error.ts";
import { RecordCutter } from "../dump/record_cutter.ts";
import { type RecordBlock, type ResumePlace, SplitError, splitRecords } from "../dump/record_splitter.ts";
import type { ColumnData } from "../parquet/column_buffers.ts";
import { packColumns } from "../parquet/packed_columns.ts";
import { BlockParser, type BlockParserOptions } from "./block_parser.ts";
import type { StageTimes } from "./stage_times.ts";

const NO_REPLY = { bytes: new Uint8Array(0), records: undefined, datasets: [] };

/** The rows of one dataset that a block gave, and what was counted on the way. */
export interface BlockRows {
  columns: readonly ColumnData[];
  rows: number;
  counts: ReadonlyMap<string, number>;
}

/** The rows of a block for each dataset, in their order. */
export interface ParsedBlock {
  records: number;
  /** How far the dump has been read, in uncompressed bytes. */
  offset: number;
  datasets: readonly BlockRows[];
}

/** What parses bytes that should be whole records: this thread, or a pool of them. */
export interface QuickParser {
  /** How many blocks may be given to it before the first is taken from it. */
  readonly blocksAhead: number;
  parse(bytes: Uint8Array<ArrayBuffer>): Promise<QuickReply>;
}

/** The rows of a block; `records` is undefined when its bytes are not whole, sound records. */
export interface QuickReply {
  /** The bytes that were parsed. */
  bytes: Uint8Array<ArrayBuffer>;
  records: number | undefined;
  datasets: readonly BlockRows[];
}

/** A quick parser on this thread; rows are valid until the next block is parsed. */
export function inlineParser(options: BlockParserOptions, times: StageTimes): QuickParser {
  const parser = new BlockParser(options);
  return {
    blocksAhead: 1,
    async parse(bytes) {
      const records = await times.time("parse", async () => parser.parseWhole(bytes));
      return { bytes, records, datasets: parser.rows };
    },
  };
}

/**
 * The blocks of a dump, cut with care and parsed on this thread. Each one's rows are valid until the next is asked for.
 * @throws DumpError for whatever is wrong with the dump, with its place
 */
export async function* parseBlocks(
  chunks: AsyncIterable<Uint8Array>,
  options: BlockParserOptions,
  times: StageTimes,
  resumeAt?: ResumePlace,
): AsyncGenerator<ParsedBlock> {
  const parser = new BlockParser(options);
  const blocks = splitRecords(chunks, options.entity, resumeAt);
  const progress = { records: resumeAt?.records ?? 0, offset: resumeAt?.offset ?? 0 };
  try {
    for (;;) {
      const { value, done } = await nextBlock(blocks, options.label, progress);
      if (done) return;
      await times.time("parse", async () => parser.parse(value));
      progress.records += value.starts.length;
      progress.offset = value.place.offset + value.bytes.length;
      yield { records: value.starts.length, offset: progress.offset, datasets: parser.rows };
    }
  } finally {
    await blocks.return(undefined);
  }
}

/**
 * The same, cut by a guess and parsed by a quick parser, in the order of the dump. The first block that is not whole
 * and sound records, and all that follows, is cut with care and parsed on this thread, so that the outcome is the same.
 */
export async function* parseBlocksQuickly(
  chunks: AsyncIterable<Uint8Array>,
  options: BlockParserOptions,
  times: StageTimes,
  parser: QuickParser,
): AsyncGenerator<ParsedBlock> {
  const quick = new QuickBlocks(chunks[Symbol.asyncIterator](), options.entity, parser);
  for (let block = await quick.next(); block !== undefined; block = await quick.next()) yield block;
  for await (const block of parseBlocks(quick.rest(), options, times, quick.place)) {
    yield { ...block, datasets: block.datasets.map((rows) => ({ ...rows, ...packColumns(rows.columns) })) };
  }
}

/** Blocks that are cut by a guess and parsed ahead, for as long as the guess is right. */
class QuickBlocks {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #cutter: RecordCutter;
  readonly #parser: QuickParser;
  readonly #ahead: Promise<QuickReply>[] = [];
  readonly #seen: ResumePlace = { records: 0, offset: 0 };
  /** Bytes that were cut, but are not in any block that was given out. */
  readonly #unread: Uint8Array[] = [];
  #isCutting = true;
  #hasBlocks = false;
  #failure: unknown;

  constructor(source: AsyncIterator<Uint8Array>, entity: Entity, parser: QuickParser) {
    this.#source = source;
    this.#cutter = new RecordCutter(source, entity);
    this.#parser = parser;
  }

  /** The next block; undefined when the rest has to be read with care. */
  async next(): Promise<ParsedBlock | undefined> {
    while (this.#isCutting && this.#ahead.length < this.#parser.blocksAhead) await this.#cut();
    const { bytes, records, datasets } = (await this.#ahead.shift()) ?? NO_REPLY;
    if (records === undefined) {
      this.#unread.push(bytes);
      return undefined;
    }
    this.#seen.records += records;
    this.#seen.offset += bytes.length;
    this.#cutter.reuse(bytes);
    return { records, offset: this.#seen.offset, datasets };
  }

  /** Where the rest begins; undefined at the dump's head. */
  get place(): ResumePlace | undefined {
    if (!this.#cutter.isInside) return undefined;
    return this.#hasBlocks ? this.#seen : { records: 0, offset: this.#cutter.rest.offset };
  }

  /** All bytes that are in no block that was given out. Throws what reading them threw. */
  async *rest(): AsyncGenerator<Uint8Array> {
    yield* this.#unread;
    for (const reply of this.#ahead) yield (await reply).bytes;
    yield this.#cutter.rest.bytes;
    if (this.#failure !== undefined) throw this.#failure;
    for (let next = await this.#source.next(); !next.done; next = await this.#source.next()) yield next.value;
  }

  async #cut(): Promise<void> {
    try {
      const cut = await this.#cutter.next();
      this.#isCutting = cut !== undefined;
      if (cut === undefined) return;
      if (!this.#hasBlocks) this.#seen.offset = cut.offset;
      this.#hasBlocks = true;
      this.#ahead.push(this.#parser.parse(cut.bytes));
    } catch (error) {
      this.#failure = error;
      this.#isCutting = false;
    }
  }
}

async function nextBlock(
  blocks: AsyncGenerator<RecordBlock>,
  label: string,
  progress: { records: number; offset: number },
): Promise<IteratorResult<RecordBlock>> {
  try {
    return await blocks.next();
  } catch (error) {
    if (error instanceof DumpError) throw error;
    const place: Place =
      error instanceof SplitError ? error.place : { record: progress.records, offset: progress.offset };
    throw dumpError(label, place, error);
  }
}
