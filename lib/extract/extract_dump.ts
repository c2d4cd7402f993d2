import { stat } from "node:fs/promises";
import { basename, sep } from "node:path";
import { counted } from "../cli/amounts.ts";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { ProgressMeter } from "../cli/progress.ts";
import { type DumpAnomaly, isOfRecords, unaccounted } from "../datasets/accounted.ts";
import type { Entity, ExtractedDataset } from "../datasets/declaration.ts";
import { trimmedColumns } from "../datasets/trimmed.ts";
import { type BlockSource, CutDump } from "../dump/block_source.ts";
import { labelOf, openDump, openDumpFile, type SourceIdentity } from "../dump/source.ts";
import type { DatasetFile, WrittenValues } from "../lake/done.ts";
import { DatasetWriter, type PartSink } from "../parquet/dataset_writer.ts";
import type { BlockParserOptions } from "../parser/block_parser.ts";
import { noCounts } from "../parser/row_rules.ts";
import { UnknownPaths, unknownText } from "../parser/unknown_paths.ts";
import type { BlockRows } from "./block_rows.ts";
import { inlineParser, type ParsedBlock, parseBlocks, parseBlocksQuickly } from "./parsed_blocks.ts";
import { type StageSeconds, StageTimes } from "./stage_times.ts";
import { threadsFor } from "./threads/thread_share.ts";
import { WorkerPool } from "./threads/worker_pool.ts";

/** Smaller files are read on one thread. */
export const MIN_BYTES_FOR_THREADS = 1 << 22;

/** A dataset to make, and its output directory. */
export interface Output {
  dataset: ExtractedDataset;
  out: string;
}

/** Source, outputs and limits of an extraction. */
export interface ExtractOptions {
  /** `.xml`, `.xml.gz`, or `-` for stdin. */
  source: string;
  entity: Entity;
  outputs: readonly Output[];
  /** Rows per part; by default as the dataset declares. */
  batch?: number | undefined;
  /** Stop once a dataset has N parts. The result is partial: the dump is not read to its end. */
  maxParts?: number | undefined;
  /** Replace existing outputs on success. */
  clean: boolean;
  /** Refuse a dump with unknown elements or attributes. */
  strict?: boolean;
  /** Read every record with saxes, on one thread: for measurements and comparisons. */
  onlySaxes?: boolean;
  /** Remove and count control characters, which XML does not allow. */
  removeControlCharacters?: boolean;
  /** Number of threads, including decompression; by default one per core, at most four. */
  threads?: number | undefined;
  log: Logger;
  /** Called once the whole source has been read, before anything is published; throws to reject it. */
  verifySource?: (identity: SourceIdentity) => void;
}

/** Rows and counts of one dataset. */
export interface ExtractedResult {
  directory: string;
  rows: number;
  /**
   * Elements that were candidates for a row, including those that yielded none; only if the dump was read to
   * its end.
   */
  records?: number;
  files: readonly DatasetFile[];
  /** Dropped, skipped and otherwise counted rows, by the dataset's declared reasons. */
  counts: Record<string, number>;
  /** Number of non-NULL values per column. */
  filled: Record<string, number>;
  /** Number of values trimmed of white space, by column. */
  trimmed?: Record<string, number>;
  /** Undefined for a partial result, as are `records` and `trimmed`. */
  written?: WrittenValues | undefined;
}

/** Result of an extraction: its datasets, and figures on the dump as a whole. */
export interface ExtractResult {
  /** Undefined if the dump was not read to its end. */
  source: SourceIdentity | undefined;
  /** Anomalies of the dump as a whole, by name; absent ones are omitted. */
  anomalies: Record<string, number>;
  records: number;
  /** Uncompressed bytes read. */
  bytes: number;
  isPartial: boolean;
  datasets: readonly ExtractedResult[];
  /** Number of occurrences of each unknown path. */
  unknown: Record<string, number>;
  /** Busy time of the threads, by stage. */
  busy: StageSeconds;
}

/**
 * Makes datasets from one dump in a single pass: records, column buffers, parts. The outputs are published
 * only once the end of the dump has been verified and every footer re-read. Memory does not depend on the
 * size of the dump, nor do the output bytes depend on the number of threads.
 *
 * @throws DumpError for a damaged dump, ExpectedError for an unusable output
 */
export async function extractDump(options: ExtractOptions): Promise<ExtractResult> {
  const { outputs, entity, onlySaxes = false } = options;
  checkOutputs(outputs);
  const datasets = outputs.map((output) => output.dataset);
  const parsing = { entity, datasets, label: labelOf(options.source), onlySaxes };
  const times = new StageTimes();
  const { source, pool, close } = await start(options, parsing, times);
  const writers: DatasetWriter[] = [];
  try {
    for (const [index, { dataset, out }] of outputs.entries()) {
      const parts = pool?.parts(index) ?? (await partsHere(dataset, times));
      writers.push(
        await DatasetWriter.open({
          ...options,
          out,
          parts,
          batch: options.batch ?? dataset.partRows,
        }),
      );
    }
    const blocks = onlySaxes
      ? parseBlocks(source, parsing, times)
      : parseBlocksQuickly(source, parsing, times, pool ?? inlineParser(parsing, times));
    const result = await writeAll(source, blocks, writers, options);
    for (const writer of writers) await writer.publish(result.isPartial);
    return { ...result, busy: times.seconds };
  } finally {
    // Stop the threads first: they could still write to what is discarded.
    await close();
    // The first has created the directories that they share.
    for (const writer of writers.reverse()) await writer.discard();
  }
}

/** Rejects two datasets in one directory, or one nested in another. */
function checkOutputs(outputs: readonly Output[]): void {
  for (const { out } of outputs) {
    const others = outputs.filter((other) => `${other.out}${sep}`.startsWith(`${out}${sep}`));
    if (others.length > 1)
      throw new ExpectedError(`two datasets are to go to ${out}: give each its own directory`);
  }
}

/** The source of the dump, and the threads, if any. */
interface Started {
  source: BlockSource;
  pool: WorkerPool | undefined;
  close(): Promise<void>;
}

async function start(
  options: ExtractOptions,
  parsing: BlockParserOptions,
  times: StageTimes,
): Promise<Started> {
  const { source: path, threads = threadsFor(), removeControlCharacters = false } = options;
  const reading = { removeControlCharacters };
  const isThreaded = !parsing.onlySaxes && (await isWorthThreads(options));
  if (!isThreaded || path === "-") {
    const source = timedSource(new CutDump(await openDump(path, reading), parsing.entity), times);
    // Only this thread can read stdin, so it needs one worker fewer.
    const others = isThreaded ? threads - 1 : 0;
    const pool = others > 0 ? new WorkerPool(others, times, parsing, undefined) : undefined;
    return {
      source,
      pool,
      close: async () => {
        await pool?.close();
        await source.close();
      },
    };
  }
  const file = await openDumpFile(path);
  const pool = new WorkerPool(threads, times, parsing, { path, fd: file.fd, reading });
  return {
    source: pool.source,
    pool,
    close: async () => {
      await pool.close();
      await file.close();
    },
  };
}

/** For a small file, starting threads takes longer than it saves. */
async function isWorthThreads({ source }: ExtractOptions): Promise<boolean> {
  if (source === "-") return true;
  const { size } = await stat(source).catch(() => ({ size: 0 }));
  return size >= MIN_BYTES_FOR_THREADS;
}

/** A source read on this thread. */
function timedSource(source: BlockSource, times: StageTimes): BlockSource {
  return {
    block: () => times.time("decompress", () => source.block()),
    requests: source.requests,
    get stored() {
      return source.stored;
    },
    reuse: (bytes) => source.reuse(bytes),
    end: () => source.end(),
    chunk: () => times.time("decompress", () => source.chunk()),
    identity: () => source.identity(),
    close: () => source.close(),
  };
}

/** Writes the parts of a dataset in this thread, and only then loads the encoder. */
async function partsHere(dataset: ExtractedDataset, times: StageTimes): Promise<PartSink> {
  const { PartFiles } = await import("../parquet/part_file.ts");
  const parts = new PartFiles(dataset);
  return {
    begin: (path) => parts.begin(path),
    take: (packed) => parts.take(packed),
    append: (from, to) => parts.append(from, to),
    end: () => times.time("encode", () => parts.end()),
    totals: () => parts.totals(),
  };
}

/**
 * Waits for all promises, even if one fails, so that whatever they use can then be removed. Throws the first
 * failure.
 */
async function allOf(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(promises);
  await Promise.all(promises);
}

async function writeAll(
  source: BlockSource,
  blocks: AsyncGenerator<ParsedBlock>,
  writers: readonly DatasetWriter[],
  { outputs, source: path, log, verifySource, strict = false }: ExtractOptions,
): Promise<Omit<ExtractResult, "busy">> {
  const counts = outputs.map(({ dataset }) => noCounts(dataset));
  const items = outputs.map(() => 0);
  const unknown = new UnknownPaths();
  const trimmed = new Map<string, number>();
  const progress = { records: 0, bytes: 0 };
  const label = labelOf(path);
  const meter = new ProgressMeter(basename(label), "bytes");
  const total = path === "-" ? undefined : (await stat(path)).size;
  let isPartial = false;
  let isRootImplied = false;
  for await (const block of blocks) {
    await appendAll(writers, block, counts);
    unknown.addAll(block.noticed.unknown);
    for (const [path, count] of block.noticed.trimmed) trimmed.set(path, (trimmed.get(path) ?? 0) + count);
    for (const [index, { items: found }] of block.datasets.entries())
      items[index] = (items[index] ?? 0) + found;
    isRootImplied ||= block.isRootImplied;
    progress.records += block.records;
    progress.bytes = block.offset;
    log.progress(meter.text({ done: source.stored, total, records: progress.records }));
    isPartial = writers.some((writer) => writer.isFull);
    if (isPartial) break;
  }
  log.clear();
  log.progress(`${basename(label)}: read, finishing its datasets`);
  reportUnknown(label, unknown.counts, { strict, log });
  const read = isPartial ? undefined : await source.identity();
  const anomalies = anomaliesOf(isRootImplied, read?.removed);
  for (const [name, count] of Object.entries(anomalies)) log.info(`${label}: ${name} ${count}`);
  const identity = read && { name: read.name, size: read.size, sha256: read.sha256 };
  if (identity !== undefined) verifySource?.(identity);
  // Finish all writers at once: idle parser threads encode the last parts in parallel.
  await allOf(writers.map((writer) => writer.finish(identity?.sha256)));
  const datasets = writers.map((writer, index): ExtractedResult => {
    const { dataset } = outputs[index] as Output;
    const { filled, written } = writer.totals;
    return {
      directory: dataset.directory,
      rows: writer.rows,
      ...(isPartial
        ? {}
        : {
            records: isOfRecords(dataset) ? progress.records : (items[index] ?? 0),
            written,
            trimmed: trimmedColumns(dataset, trimmed),
          }),
      files: writer.files,
      counts: Object.fromEntries(counts[index] ?? []),
      filled,
    };
  });
  if (!isPartial) checkAllRead(label, outputs, datasets);
  return {
    ...progress,
    source: identity,
    anomalies,
    isPartial,
    datasets,
    unknown: Object.fromEntries(unknown.counts),
  };
}

function anomaliesOf(
  isRootImplied: boolean,
  removed: number | undefined,
): Partial<Record<DumpAnomaly, number>> {
  return {
    ...(isRootImplied ? { implied_root: 1 } : {}),
    ...(removed === undefined ? {} : { control_characters: removed }),
  };
}

/**
 * Reports the unknown paths of a dump, if any.
 * @throws ExpectedError with `strict`, which rejects a dump that has any
 */
export function reportUnknown(
  label: string,
  unknown: ReadonlyMap<string, number>,
  { strict = false, log }: { strict?: boolean; log: Logger },
): void {
  if (unknown.size === 0) return;
  const places = `content at ${counted(unknown.size, "path")} is in no dataset`;
  const why = "because it is unknown or another value takes its place";
  const message = `${label}: ${places}, ${why}; path and count: ${unknownText(unknown)}`;
  if (strict) throw new ExpectedError(`${message}; refused because of --strict`);
  log.info(message);
}

/** Verifies that everything read reached the files. */
function checkAllRead(label: string, outputs: readonly Output[], results: readonly ExtractedResult[]): void {
  for (const [index, { dataset }] of outputs.entries()) {
    const [problem] = unaccounted(dataset, results[index] as ExtractedResult);
    if (problem !== undefined) throw new Error(`${label}: ${problem}`);
  }
}

async function appendAll(
  writers: readonly DatasetWriter[],
  { datasets }: ParsedBlock,
  counts: readonly Map<string, number>[],
): Promise<void> {
  for (const [index, writer] of writers.entries()) {
    const block = datasets[index] as BlockRows;
    const totals = counts[index] as Map<string, number>;
    await writer.append(block.packed, block.rows);
    for (const [reason, count] of block.counts) totals.set(reason, (totals.get(reason) ?? 0) + count);
  }
}
