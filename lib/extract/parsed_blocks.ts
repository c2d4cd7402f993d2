import type { BlockSource, CutEnd } from "../dump/block_source.ts";
import { DumpError, dumpError, type Place } from "../dump/dump_error.ts";
import { type RecordBlock, type ResumePlace, SplitError, splitRecords } from "../dump/record_splitter.ts";
import type { ColumnData } from "../parquet/column_buffers.ts";
import { copiedColumns } from "../parquet/packed_columns.ts";
import { BlockParser, type BlockParserOptions } from "../parser/block_parser.ts";
import { NOTHING_NOTICED, type NoticedPaths } from "../parser/noticed_paths.ts";
import type { StageTimes } from "./stage_times.ts";

const NO_REPLY = { bytes: new Uint8Array(0), records: undefined, datasets: [], noticed: NOTHING_NOTICED };

/** The rows of one dataset that a block gave, and what was counted on the way. */
export interface BlockRows {
  columns: readonly ColumnData[];
  rows: number;
  /** Elements that the rows are made of, with those that gave none. */
  items: number;
  counts: ReadonlyMap<string, number>;
}

/** The rows of a block for each dataset, in their order. */
export interface ParsedBlock {
  records: number;
  /** How far the dump has been read, in uncompressed bytes. */
  offset: number;
  /** The dump has no root element: its records stand by themselves. */
  isRootImplied: boolean;
  datasets: readonly BlockRows[];
  noticed: NoticedPaths;
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
  noticed: NoticedPaths;
}

/** A quick parser on this thread; rows are valid until the next block is parsed. */
export function inlineParser(options: BlockParserOptions, times: StageTimes): QuickParser {
  const parser = new BlockParser(options);
  return {
    blocksAhead: 1,
    async parse(bytes) {
      const records = await times.time("parse", async () => parser.parseWhole(bytes));
      return { bytes, records, datasets: parser.rows, noticed: parser.noticed };
    },
  };
}

/**
 * The blocks of a dump, cut with care and parsed on this thread. Each one's rows are valid until the next is asked for.
 * @throws DumpError for whatever is wrong with the dump, with its place
 */
export async function* parseBlocks(
  source: BlockSource,
  options: BlockParserOptions,
  times: StageTimes,
): AsyncGenerator<ParsedBlock> {
  yield* parseRest({ chunks: bytesFrom(source, await source.end()), place: undefined }, options, times);
}

/**
 * The same, cut by a guess and parsed by a quick parser, in the order of the dump. The first block that is not whole
 * and sound records, and all that follows, is cut with care and parsed on this thread, so that the outcome is the same.
 */
export async function* parseBlocksQuickly(
  source: BlockSource,
  options: BlockParserOptions,
  times: StageTimes,
  parser: QuickParser,
): AsyncGenerator<ParsedBlock> {
  const quick = new QuickBlocks(source, parser);
  for (let block = await quick.next(); block !== undefined; block = await quick.next()) yield block;
  for await (const block of parseRest(await quick.rest(), options, times)) {
    const datasets = block.datasets.map(({ columns, ...counted }, index) => ({
      ...counted,
      columns: copiedColumns(columns, options.datasets[index]?.columns ?? []),
    }));
    yield { ...block, datasets };
  }
}

/** What is left of a dump to be cut with care; `place` is undefined at the dump's head. */
interface Rest {
  chunks: AsyncGenerator<Uint8Array>;
  place: ResumePlace | undefined;
}

async function* parseRest(
  { chunks, place }: Rest,
  options: BlockParserOptions,
  times: StageTimes,
): AsyncGenerator<ParsedBlock> {
  const parser = new BlockParser(options);
  const blocks = splitRecords(chunks, options.entity, place);
  const progress = { records: place?.records ?? 0, offset: place?.offset ?? 0 };
  try {
    for (;;) {
      const { value, done } = await nextBlock(blocks, options.label, progress);
      if (done) return;
      await times.time("parse", async () => parser.parse(value));
      progress.records += value.starts.length;
      progress.offset = value.place.offset + value.bytes.length;
      const { rows: datasets, noticed } = parser;
      yield {
        records: value.starts.length,
        offset: progress.offset,
        isRootImplied: value.isRootImplied,
        datasets,
        noticed,
      };
    }
  } finally {
    await blocks.return(undefined);
  }
}

/** Blocks that are cut by a guess and parsed ahead, for as long as the guess is right. */
class QuickBlocks {
  readonly #source: BlockSource;
  readonly #parser: QuickParser;
  readonly #ahead: Promise<QuickReply>[] = [];
  readonly #seen: ResumePlace = { records: 0, offset: 0, isRootImplied: false };
  /** Bytes that were cut, but are not in any block that was given out. */
  readonly #unread: Uint8Array[] = [];
  /** A block that is being cut. */
  #cutting: Promise<void> | undefined;
  #isCutting = true;
  #hasBlocks = false;
  #failure: unknown;

  constructor(source: BlockSource, parser: QuickParser) {
    this.#source = source;
    this.#parser = parser;
  }

  /** The next block; undefined when the rest has to be read with care. */
  async next(): Promise<ParsedBlock | undefined> {
    this.#goOnCutting();
    while (this.#ahead.length === 0 && this.#cutting !== undefined) await this.#cutting;
    const { bytes, records, datasets, noticed } = (await this.#ahead.shift()) ?? NO_REPLY;
    if (records === undefined) {
      this.#unread.push(bytes);
      return undefined;
    }
    this.#seen.records += records;
    this.#seen.offset += bytes.length;
    this.#source.reuse(bytes);
    const { offset, isRootImplied } = this.#seen;
    return { records, offset, isRootImplied, datasets, noticed };
  }

  /** All bytes that are in no block that was given out. */
  async rest(): Promise<Rest> {
    this.#isCutting = false;
    await this.#cutting;
    const end = await this.#source.end();
    const seen = this.#hasBlocks ? this.#seen : { ...this.#seen, offset: end.offset };
    return {
      chunks: this.#restFrom(end),
      place: end.isInside ? { ...seen, isRootImplied: end.isRootImplied } : undefined,
    };
  }

  /** Throws what reading the dump threw. */
  async *#restFrom(end: CutEnd): AsyncGenerator<Uint8Array> {
    yield* this.#unread;
    for (const reply of this.#ahead) yield (await reply).bytes;
    if (this.#failure === undefined) yield* bytesFrom(this.#source, end);
    else {
      yield end.bytes;
      throw this.#failure;
    }
  }

  /** Cuts block after block until there are enough ahead; the parsing of some goes on meanwhile. */
  #goOnCutting(): void {
    if (!this.#isCutting || this.#cutting !== undefined) return;
    if (this.#ahead.length >= this.#parser.blocksAhead) return;
    this.#cutting = this.#cut().then(() => {
      this.#cutting = undefined;
      this.#goOnCutting();
    });
  }

  async #cut(): Promise<void> {
    try {
      const cut = await this.#source.block();
      if (cut === undefined) {
        this.#isCutting = false;
        return;
      }
      if (!this.#hasBlocks) this.#seen.offset = cut.offset;
      this.#seen.isRootImplied = cut.isRootImplied;
      this.#hasBlocks = true;
      const parsed = this.#parser.parse(cut.bytes);
      // A failure is thrown when the block is asked for; until then it must not count as unhandled.
      parsed.catch(() => undefined);
      this.#ahead.push(parsed);
    } catch (error) {
      this.#failure = error;
      this.#isCutting = false;
    }
  }
}

/** What is in no block. */
async function* bytesFrom(source: BlockSource, { bytes }: CutEnd): AsyncGenerator<Uint8Array> {
  yield bytes;
  for (let chunk = await source.chunk(); chunk !== undefined; chunk = await source.chunk()) yield chunk;
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
