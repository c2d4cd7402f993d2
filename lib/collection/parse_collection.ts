import { createHash } from "node:crypto";
import { join } from "node:path";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { collection } from "../datasets/collection.ts";
import type { ExtractedResult } from "../extract/extract_dump.ts";
import { readBytes, sha256Of } from "../files/files.ts";
import type { SourceFile } from "../lake/done.ts";
import { DatasetWriter } from "../parquet/dataset_writer.ts";
import { packColumns } from "../parquet/packed_columns.ts";
import { type CollectionSource, collectionPages } from "./collection_pages.ts";
import { createCollectionRows } from "./collection_rows.ts";
import { type CollectionProblem, Completeness } from "./completeness.ts";
import { readPage } from "./page.ts";

/** Default number of rows per part. */
export const COLLECTION_CHUNK = 50_000;

/** Options for building the collection dataset. */
export interface CollectionOptions extends CollectionSource {
  /** Directory of the dataset. */
  out: string;
  /** Rows per part, except the last. */
  chunk: number;
  /** Replace existing output on success. */
  clean: boolean;
  log: Logger;
}

/** Result of building the collection dataset. */
export interface ParsedCollection extends ExtractedResult {
  /** The pages that were read. */
  sources: SourceFile[];
}

/**
 * Makes the collection dataset from the pages in a directory, in name order, with one page in memory at a time. The output is
 * published atomically.
 * @throws ExpectedError for a page that can't be read or parsed (with file and place), for missing or duplicate pages and items,
 * and for an unusable output
 */
export async function parseCollection(options: CollectionOptions): Promise<ParsedCollection> {
  const pages = await collectionPages(options);
  const { PartFiles } = await import("../parquet/part_file.ts");
  const writer = await DatasetWriter.open({
    parts: new PartFiles(collection),
    out: options.out,
    batch: options.chunk,
    clean: options.clean,
  });
  try {
    const { source, ...read } = await appendPages(writer, pages, options);
    await writer.finish(source);
    await writer.publish(false);
    const { rows, files, totals } = writer;
    return { directory: collection.directory, rows, files, ...totals, ...read };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** `source` is the sha256 of all pages concatenated. */
async function appendPages(writer: DatasetWriter, pages: readonly string[], options: CollectionOptions) {
  const rows = createCollectionRows();
  const counts: Record<string, number> = {};
  const sources: SourceFile[] = [];
  const completeness = new Completeness();
  const all = createHash("sha256");
  for (const name of pages) {
    const path = join(options.srcDir, name);
    const bytes = await bytesOf(path);
    all.update(bytes);
    const page = readPage(bytes, path);
    completeness.addPage(name, page.pagination, page.items.length);
    for (const item of page.items) {
      const instanceId = rows.append(item);
      if (instanceId !== undefined) completeness.addInstance(name, instanceId);
    }
    await writer.append(packColumns(rows.buffers.columns), rows.buffers.rows);
    for (const [reason, count] of rows.buffers.counts) counts[reason] = (counts[reason] ?? 0) + count;
    rows.clear();
    sources.push({ name, size: bytes.length, sha256: sha256Of(bytes) });
    options.log.progress(`${options.srcDir}: ${sources.length} of ${pages.length} pages`);
  }
  for (const problem of completeness.problems()) {
    if (options.allowIncomplete !== true) throw incomplete(options, problem);
    options.log.warn(`${options.srcDir}: ${problem.message}`);
    counts[problem.reason] = problem.count;
  }
  return { sources, counts, source: all.digest("hex") };
}

function incomplete({ srcDir }: CollectionSource, { message }: CollectionProblem): ExpectedError {
  const advice =
    "save all pages again, or only count this (--allow-incomplete, or DISCOGS_COLLECTION_ALLOW_INCOMPLETE=true for a run)";
  return new ExpectedError(`${srcDir}: ${message}; ${advice}`);
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    return await readBytes(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw new ExpectedError(`${path} is a dangling link`, { cause: error });
    if (hasCode(error, "ERR_FS_FILE_TOO_LARGE")) {
      throw new ExpectedError(`${path} is too large for a collection page`, { cause: error });
    }
    throw error;
  }
}
