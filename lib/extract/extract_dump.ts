import type { Logger } from "../cli/log.ts";
import type { Entity, ExtractedDataset } from "../datasets/declaration.ts";
import { DumpError, dumpError, type Place } from "../dump/dump_error.ts";
import { type RecordBlock, SplitError, splitRecords } from "../dump/record_splitter.ts";
import { type DumpSource, openDump, type SourceIdentity } from "../dump/source.ts";
import type { DatasetFile } from "../lake/done.ts";
import { DatasetWriter } from "../parquet/dataset_writer.ts";
import { createBlockParser } from "./block_parser.ts";
import { noCounts, type RowBuffers } from "./record_rows.ts";

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
  /** Read every byte with saxes. */
  strict?: boolean;
  log: Logger;
  /** Looks at the source when all of it has been read, before anything is published; throws to refuse it. */
  verifySource?: (identity: SourceIdentity) => void;
}

export interface ExtractedResult {
  directory: string;
  rows: number;
  files: readonly DatasetFile[];
  /** Dropped, skipped and remarkable rows, by each reason that the dataset declares. */
  counts: Record<string, number>;
}

export interface ExtractResult {
  /** Undefined when the dump was not read to its end. */
  source: SourceIdentity | undefined;
  records: number;
  /** Uncompressed bytes read. */
  bytes: number;
  isPartial: boolean;
  datasets: readonly ExtractedResult[];
}

/**
 * Makes datasets of one dump in one pass: records -> column buffers -> parts. The outputs appear when the end of the
 * dump has been checked and every footer re-read, or not at all. Memory does not depend on the dump's size.
 * @throws DumpError for a damaged dump, ExpectedError for an output that cannot be used
 */
export async function extractDump(options: ExtractOptions): Promise<ExtractResult> {
  const source = await openDump(options.source);
  const writers: DatasetWriter[] = [];
  try {
    for (const { dataset, out } of options.outputs) {
      const batch = options.batch ?? dataset.partRows;
      writers.push(await DatasetWriter.open({ ...options, columns: dataset.columns, out, batch }));
    }
    const result = await writeAll(source, writers, options);
    for (const writer of writers) await writer.publish(result.isPartial);
    return result;
  } catch (error) {
    for (const writer of writers) await writer.discard();
    throw error;
  }
}

async function writeAll(
  source: DumpSource,
  writers: readonly DatasetWriter[],
  options: ExtractOptions,
): Promise<ExtractResult> {
  const datasets = options.outputs.map((output) => output.dataset);
  const parse = createBlockParser({
    entity: options.entity,
    datasets,
    label: source.label,
    strict: options.strict ?? false,
  });
  const counts = datasets.map(noCounts);
  const progress = { records: 0, bytes: 0 };
  let isPartial = false;
  for await (const block of blocksOf(source, options.entity, progress)) {
    await appendAll(writers, parse(block), counts);
    progress.records += block.starts.length;
    options.log.progress(
      `${source.label}: ${progress.records} records, ${Math.round(progress.bytes / 1e6)} MB`,
    );
    isPartial = options.maxParts !== undefined && writers.every((writer) => writer.isFull);
    if (isPartial) break;
  }
  const identity = isPartial ? undefined : source.identity();
  if (identity !== undefined) options.verifySource?.(identity);
  for (const writer of writers) await writer.finish();
  return {
    ...progress,
    source: identity,
    isPartial,
    datasets: writers.map((writer, index) => ({
      directory: datasets[index]?.directory ?? "",
      rows: writer.rows,
      files: writer.files,
      counts: Object.fromEntries(counts[index] ?? []),
    })),
  };
}

async function appendAll(
  writers: readonly DatasetWriter[],
  rows: readonly RowBuffers[],
  counts: readonly Map<string, number>[],
): Promise<void> {
  for (const [index, writer] of writers.entries()) {
    const buffers = rows[index] as RowBuffers;
    const totals = counts[index] as Map<string, number>;
    await writer.append(buffers.columns, buffers.rows);
    for (const [reason, count] of buffers.counts) totals.set(reason, (totals.get(reason) ?? 0) + count);
  }
}

/** The dump's blocks; whatever goes wrong while reading them is a DumpError with its place. */
async function* blocksOf(
  source: DumpSource,
  entity: Entity,
  progress: { records: number; bytes: number },
): AsyncGenerator<RecordBlock> {
  async function* counted() {
    for await (const chunk of source.chunks) {
      progress.bytes += chunk.length;
      yield chunk;
    }
  }
  const blocks = splitRecords(counted(), entity);
  try {
    for (;;) {
      const next = await nextBlock(blocks, source.label, progress);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await blocks.return(undefined);
  }
}

async function nextBlock(
  blocks: AsyncGenerator<RecordBlock>,
  label: string,
  progress: { records: number; bytes: number },
): Promise<IteratorResult<RecordBlock>> {
  try {
    return await blocks.next();
  } catch (error) {
    if (error instanceof DumpError) throw error;
    const place: Place =
      error instanceof SplitError ? error.place : { record: progress.records, offset: progress.bytes };
    throw dumpError(label, place, error);
  }
}
