import { stat } from "node:fs/promises";
import { basename, sep } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { ProgressMeter } from "../cli/progress.ts";
import { isOfRecords, unaccounted } from "../datasets/accounted.ts";
import type { Entity, ExtractedDataset } from "../datasets/declaration.ts";
import { trimmedColumns } from "../datasets/trimmed.ts";
import { type BlockSource, CutDump } from "../dump/block_source.ts";
import { labelOf, openDump, openDumpFile, type SourceIdentity } from "../dump/source.ts";
import type { DatasetFile, WrittenValues } from "../lake/done.ts";
import { DatasetWriter, type PartSink } from "../parquet/dataset_writer.ts";
import { PartFiles } from "../parquet/part_file.ts";
import type { BlockParserOptions } from "../parser/block_parser.ts";
import { noCounts } from "../parser/row_rules.ts";
import { UnknownPaths, unknownText } from "../parser/unknown_paths.ts";
import {
  type BlockRows,
  inlineParser,
  type ParsedBlock,
  parseBlocks,
  parseBlocksQuickly,
} from "./parsed_blocks.ts";
import { type StageSeconds, StageTimes } from "./stage_times.ts";
import { threadsFor } from "./threads/thread_share.ts";
import { WorkerPool } from "./threads/worker_pool.ts";

/** A smaller file is read on one thread. */
export const MIN_BYTES_FOR_THREADS = 1 << 22;

/** One dataset to make, and the directory that it goes to. */
export interface Output {
  dataset: ExtractedDataset;
  out: string;
}

export interface ExtractOptions {
  /** `.xml`, `.xml.gz`, or `-` for stdin. */
  source: string;
  entity: Entity;
  outputs: readonly Output[];
  /** Rows of each part; by default as the dataset declares it. */
  batch?: number | undefined;
  /** Stop when every dataset has so many parts. The result is partial: the dump is not read to its end. */
  maxParts?: number | undefined;
  /** Replace what is at the outputs, after success. */
  clean: boolean;
  /** Refuse a dump that holds what is not known. */
  strict?: boolean;
  /** Read every record with saxes, on one thread: to measure and to compare. */
  onlySaxes?: boolean;
  /** Leave out control characters, which XML does not allow, and count them. */
  removeControlCharacters?: boolean;
  /** Threads that work at the same time, decompression included; by default one for each core, and at most four. */
  threads?: number | undefined;
  log: Logger;
  /** Looks at the source when all of it has been read, before anything is published; throws to refuse it. */
  verifySource?: (identity: SourceIdentity) => void;
}

export interface ExtractedResult {
  directory: string;
  rows: number;
  /** Elements of the dump that the rows are made of, with those that gave none; only of a dump that was read to its end. */
  records?: number;
  files: readonly DatasetFile[];
  /** Dropped, skipped and remarkable rows, by each reason that the dataset declares. */
  counts: Record<string, number>;
  /** How many rows of each column are not NULL. */
  filled: Record<string, number>;
  /** How many values of the dump white space was taken from, by the column that they are for. */
  trimmed?: Record<string, number>;
  /** Undefined of a partial result, as are `records` and `trimmed`. */
  written?: WrittenValues | undefined;
}

export interface ExtractResult {
  /** Undefined when the dump was not read to its end. */
  source: SourceIdentity | undefined;
  /** What is remarkable of the dump as a whole, by its name: only what there is. */
  anomalies: Record<string, number>;
  records: number;
  /** Uncompressed bytes read. */
  bytes: number;
  isPartial: boolean;
  datasets: readonly ExtractedResult[];
  /** How often each path occurred that is not known. */
  unknown: Record<string, number>;
  /** How long threads were busy with each stage. */
  busy: StageSeconds;
}

/**
 * Makes datasets of one dump in one pass: records -> column buffers -> parts. The outputs appear when the end of the
 * dump has been checked and every footer re-read, or not at all. Memory does not depend on the dump's size, and the
 * bytes of the outputs not on the number of threads.
 * @throws DumpError for a damaged dump, ExpectedError for an output that cannot be used
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
      const parts = pool?.parts(index) ?? timedParts(new PartFiles(dataset), times);
      writers.push(
        await DatasetWriter.open({
          ...options,
          out,
          columns: dataset.columns,
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
    // Threads first, which might write again to what is discarded.
    await close();
    for (const writer of writers) await writer.discard();
  }
}

/** Refuses two datasets in one directory, or one inside of another. */
function checkOutputs(outputs: readonly Output[]): void {
  for (const { out } of outputs) {
    const others = outputs.filter((other) => `${other.out}${sep}`.startsWith(`${out}${sep}`));
    if (others.length > 1)
      throw new ExpectedError(`two datasets are to go to ${out}: give each its own directory`);
  }
}

/** Where the dump is read from, and the threads, if it is worth any. */
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
    // Only this thread can read stdin: the others are one fewer.
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

/** Threads are not worth their start for a small file. */
async function isWorthThreads({ source }: ExtractOptions): Promise<boolean> {
  if (source === "-") return true;
  const { size } = await stat(source).catch(() => ({ size: 0 }));
  return size >= MIN_BYTES_FOR_THREADS;
}

/** A source on this thread. */
function timedSource(source: BlockSource, times: StageTimes): BlockSource {
  return {
    block: () => times.time("decompress", () => source.block()),
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

function timedParts(parts: PartSink, times: StageTimes): PartSink {
  return {
    begin: (path) => parts.begin(path),
    take: (columns) => parts.take(columns),
    append: (from, to) => parts.append(from, to),
    end: () => times.time("encode", () => parts.end()),
  };
}

/** Waits for all, also where one has failed: what they work on may then be removed. Throws the first failure. */
async function allOf(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(promises);
  await Promise.all(promises);
}

async function writeAll(
  source: BlockSource,
  blocks: AsyncGenerator<ParsedBlock>,
  writers: readonly DatasetWriter[],
  { outputs, source: path, log, maxParts, verifySource, strict = false }: ExtractOptions,
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
    isPartial = maxParts !== undefined && writers.every((writer) => writer.isFull);
    if (isPartial) break;
  }
  reportUnknown(label, unknown.counts, { strict, log });
  const read = isPartial ? undefined : await source.identity();
  const anomalies = anomaliesOf(isRootImplied, read?.removed);
  for (const [name, count] of Object.entries(anomalies)) log.info(`${label}: ${name} ${count}`);
  const identity = read && { name: read.name, size: read.size, sha256: read.sha256 };
  if (identity !== undefined) verifySource?.(identity);
  // All at once: threads that have nothing to parse any more encode the last parts side by side.
  await allOf(writers.map((writer) => writer.finish(identity?.sha256)));
  const datasets = writers.map((writer, index): ExtractedResult => {
    const { dataset } = outputs[index] as Output;
    return {
      directory: dataset.directory,
      rows: writer.rows,
      ...(isPartial
        ? {}
        : {
            records: isOfRecords(dataset) ? progress.records : (items[index] ?? 0),
            written: writer.account(),
            trimmed: trimmedColumns(dataset, trimmed),
          }),
      files: writer.files,
      counts: Object.fromEntries(counts[index] ?? []),
      filled: writer.filled,
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

function anomaliesOf(isRootImplied: boolean, removed: number | undefined): Record<string, number> {
  return {
    ...(isRootImplied ? { implied_root: 1 } : {}),
    ...(removed === undefined ? {} : { control_characters: removed }),
  };
}

/** Names what is not known; with `strict` the dump is refused. */
function reportUnknown(
  label: string,
  unknown: ReadonlyMap<string, number>,
  { strict, log }: { strict: boolean; log: Logger },
): void {
  if (unknown.size === 0) return;
  const message = `${label}: ${unknown.size} paths that are not known, or whose value is passed over for another, with how often each occurs: ${unknownText(unknown)}`;
  if (strict) throw new ExpectedError(`${message}; --strict refuses it`);
  log.info(message);
}

/** Sees that nothing that was read was lost on the way to the files. */
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
    await writer.append(block.columns, block.rows);
    for (const [reason, count] of block.counts) totals.set(reason, (totals.get(reason) ?? 0) + count);
  }
}
