import { join } from "node:path";
import type { Logger } from "../cli/log.ts";
import { collection } from "../datasets/collection.ts";
import { doneRecordOf } from "../extract/ingest_run.ts";
import { hashFile } from "../files/files.ts";
import type { BuildingRun } from "../lake/building.ts";
import { codeVersion } from "../lake/code_version.ts";
import {
  type DoneRecord,
  datasetName,
  type ExpectedRecord,
  keepIfDone,
  readDone,
  type SourceFile,
  writeDone,
} from "../lake/done.ts";
import { type CollectionSource, collectionPages } from "./collection_pages.ts";
import { COLLECTION_CHUNK, parseCollection } from "./parse_collection.ts";

/**
 * Makes the collection of a building run, or keeps it when it was made of the same pages and verifies. The caller
 * holds the dataset's lock.
 */
export async function ingestCollection(
  { dir }: BuildingRun,
  source: CollectionSource,
  log: Logger,
): Promise<DoneRecord> {
  const kept = await keptRecord(dir, source);
  if (kept !== undefined) {
    log.info(`${kept.dataset}: done and verified, kept`);
    return kept;
  }
  const started = new Date().toISOString();
  const out = join(dir, collection.directory);
  const parsed = await parseCollection({ ...source, out, chunk: COLLECTION_CHUNK, clean: false, log });
  const record = doneRecordOf(parsed, expectedRecord(parsed.sources, source), started);
  await writeDone(dir, record);
  log.info(`${record.dataset}: ${record.rows} rows of ${record.sources.length} pages`);
  return record;
}

async function keptRecord(runDir: string, source: CollectionSource): Promise<DoneRecord | undefined> {
  const isRecorded = (await readDone(runDir, datasetName(collection.directory))) !== undefined;
  const pages = isRecorded ? await describedPages(source) : [];
  return keepIfDone(runDir, collection.directory, expectedRecord(pages, source));
}

async function describedPages(source: CollectionSource): Promise<SourceFile[]> {
  const pages: SourceFile[] = [];
  for (const name of await collectionPages(source)) {
    const { bytes, sha256 } = await hashFile(join(source.srcDir, name));
    pages.push({ name, size: bytes, sha256 });
  }
  return pages;
}

function expectedRecord(
  sources: readonly SourceFile[],
  { allowIncomplete }: CollectionSource,
): ExpectedRecord {
  const allowed = allowIncomplete === true ? { allow_incomplete: true } : {};
  return { sources, codeVersion: codeVersion(), options: { chunk: COLLECTION_CHUNK, ...allowed } };
}
