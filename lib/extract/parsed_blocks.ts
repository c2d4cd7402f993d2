import type { BlockSource, CutEnd } from "../dump/block_source.ts";
import { DumpError, dumpError, type Place } from "../dump/dump_error.ts";
import { type RecordBlock, type ResumePlace, SplitError, splitRecords } from "../dump/record_splitter.ts";
import { BlockParser, type BlockParserOptions } from "../parser/block_parser.ts";
import { NOTHING_NOTICED, type NoticedPaths } from "../parser/noticed_paths.ts";
import { type BlockRows, packRows } from "./block_rows.ts";
import type { StageTimes } from "./stage_times.ts";

const NO_REPLY = { bytes: new Uint8Array(0), records: undefined, datasets: [], noticed: NOTHING_NOTICED };

/** Rows of a block, one entry per dataset in order. */
export interface ParsedBlock {
  records: number;
  /** Number of uncompressed bytes read so far. */
  offset: number;
  /** The dump has no root element: its records stand alone. */
  isRootImplied: boolean;
  datasets: readonly BlockRows[];
  noticed: NoticedPaths;
}

/** Parses bytes that should be whole records, on this thread or in a pool. */
export interface QuickParser {
  /** Maximum number of blocks queued before the first result is taken. */
  readonly blocksAhead: number;
  parse(bytes: Uint8Array<ArrayBuffer>): Promise<QuickReply>;
}

/** Rows of a block; `records` is undefined if its bytes are not whole, valid records. */
export interface QuickReply {
  /** The bytes that were parsed. */
  bytes: Uint8Array<ArrayBuffer>;
  records: number | undefined;
  datasets: readonly BlockRows[];
  noticed: NoticedPaths;
}

/** A quick parser on this thread. */
export function inlineParser(options: BlockParserOptions, times: StageTimes): QuickParser {
  const parser = new BlockParser(options);
  return {
    blocksAhead: 1,
    async parse(bytes) {
      return times.time("parse", async () => parsedWhole(parser, bytes));
    },
  };
}

/** The reply to bytes that should be whole records. */
export function parsedWhole(parser: BlockParser, bytes: Uint8Array<ArrayBuffer>): QuickReply {
  const records = parser.parseWhole(bytes);
  return { bytes, records, datasets: packRows(parser.rows), noticed: parser.noticed };
}

/**
 * Cuts a dump into whole records and parses the blocks on this thread.
 *
 * @throws DumpError for any defect of the dump, with its position
 */
export async function* parseBlocks(
  source: BlockSource,
  options: BlockParserOptions,
  times: StageTimes,
): AsyncGenerator<ParsedBlock> {
  yield* parseRest({ chunks: bytesFrom(source, await source.end()), place: undefined }, options, times);
}

/**
 * Like `parseBlocks`, but cuts blocks heuristically and parses them with a quick parser, in dump order. From
 * the first block that is not whole, valid records onwards, it falls back to `parseBlocks`, so the outcome is
 * the same.
 */
export async function* parseBlocksQuickly(
  source: BlockSource,
  options: BlockParserOptions,
  times: StageTimes,
  parser: QuickParser,
): AsyncGenerator<ParsedBlock> {
  const quick = new QuickBlocks(source, parser);
  for (let block = await quick.next(); block !== undefined; block = await quick.next()) yield block;
  yield* parseRest(await quick.rest(), options, times);
}

/** The part of a dump left for exact cutting; `place` is undefined at the dump's head. */
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
      const datasets = await times.time("parse", async () => {
        parser.parse(value);
        return packRows(parser.rows);
      });
      progress.records += value.starts.length;
      progress.offset = value.place.offset + value.bytes.length;
      yield {
        records: value.starts.length,
        offset: progress.offset,
        isRootImplied: value.isRootImplied,
        datasets,
        noticed: parser.noticed,
      };
    }
  } finally {
    await blocks.return(undefined);
  }
}

/** Blocks that are cut heuristically and parsed ahead, for as long as the heuristic holds. */
class QuickBlocks {
  readonly #source: BlockSource;
  readonly #parser: QuickParser;
  readonly #ahead: Promise<QuickReply>[] = [];
  readonly #seen: ResumePlace = { records: 0, offset: 0, isRootImplied: false };
  /** Bytes that were cut but do not belong to a returned block. */
  readonly #unread: Uint8Array[] = [];
  /** The blocks being cut, in order. */
  readonly #cutting: Promise<void>[] = [];
  #isCutting = true;
  #hasBlocks = false;
  #failure: unknown;

  constructor(source: BlockSource, parser: QuickParser) {
    this.#source = source;
    this.#parser = parser;
  }

  /** Returns the next block; undefined if the rest has to be cut exactly. */
  async next(): Promise<ParsedBlock | undefined> {
    this.#goOnCutting();
    while (this.#ahead.length === 0 && this.#cutting.length > 0) await this.#cutting[0];
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

  /** Returns all bytes that do not belong to a returned block. */
  async rest(): Promise<Rest> {
    this.#isCutting = false;
    await Promise.all(this.#cutting);
    const end = await this.#source.end();
    const seen = this.#hasBlocks ? this.#seen : { ...this.#seen, offset: end.offset };
    return {
      chunks: this.#restFrom(end),
      place: end.isInside ? { ...seen, isRootImplied: end.isRootImplied } : undefined,
    };
  }

  /** Rethrows errors from reading the dump. */
  async *#restFrom(end: CutEnd): AsyncGenerator<Uint8Array> {
    yield* this.#unread;
    for (const reply of this.#ahead) yield (await reply).bytes;
    if (this.#failure === undefined) yield* bytesFrom(this.#source, end);
    else {
      yield end.bytes;
      throw this.#failure;
    }
  }

  /** Cuts blocks until enough are ahead, while earlier ones are being parsed. */
  #goOnCutting(): void {
    const { requests } = this.#source;
    const { blocksAhead } = this.#parser;
    while (
      this.#isCutting &&
      this.#cutting.length < requests &&
      this.#ahead.length + this.#cutting.length < blocksAhead
    )
      this.#cutting.push(this.#cut());
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
      // A failure is thrown when the block is requested; until then it must not count as unhandled.
      parsed.catch(() => undefined);
      this.#ahead.push(parsed);
    } catch (error) {
      this.#failure = error;
      this.#isCutting = false;
    } finally {
      this.#cutting.shift();
      this.#goOnCutting();
    }
  }
}

/** Bytes that do not belong to any block. */
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
