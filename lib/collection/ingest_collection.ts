import { join } from "node:path";
import { counted } from "../cli/amounts.ts";
import type { Logger } from "../cli/log.ts";
import { type CollectionDataset, collection } from "../datasets/collection.ts";
import { hashFile } from "../files/files.ts";
import type { BuildingRun } from "../lake/building.ts";
import type { DoneRecord, SourceFile } from "../lake/done.ts";
import { keepOrMake, type Making } from "../lake/keep_or_make.ts";
import { type CollectionSource, collectionPages } from "./collection_pages.ts";
import { COLLECTION_CHUNK, parseCollection } from "./parse_collection.ts";

/**
 * Makes the collection of a building run, or keeps it if it was made from the same pages and passes verification. The caller
 * holds the dataset's lock.
 */
export async function ingestCollection(
  { dir }: BuildingRun,
  source: CollectionSource,
  log: Logger,
): Promise<DoneRecord> {
  const allowed = source.allowIncomplete === true ? { allow_incomplete: true } : {};
  const making: Making<CollectionDataset> = {
    datasets: [collection],
    optionsOf: () => ({ chunk: COLLECTION_CHUNK, ...allowed }),
    sourcesOf: () => describedPages(source),
    async make() {
      const out = join(dir, collection.directory);
      const parsed = await parseCollection({ ...source, out, chunk: COLLECTION_CHUNK, clean: false, log });
      const { directory, ...made } = parsed;
      log.info(`${directory}: ${counted(made.rows, "row")} from ${counted(made.sources.length, "page")}`);
      return [made];
    },
  };
  const [record] = await keepOrMake(dir, making, log);
  return record as DoneRecord;
}

async function describedPages(source: CollectionSource): Promise<SourceFile[]> {
  const pages: SourceFile[] = [];
  for (const name of await collectionPages(source)) {
    const { bytes, sha256 } = await hashFile(join(source.srcDir, name));
    pages.push({ name, size: bytes, sha256 });
  }
  return pages;
}
