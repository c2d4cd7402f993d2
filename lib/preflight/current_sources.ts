import { join } from "node:path";
import type { Logger } from "../cli/log.ts";
import { collectionPages, PAGE_PATTERN } from "../collection/collection_pages.ts";
import { publishedChecksums } from "../download/download_month.ts";
import { DOWNLOAD_DEFAULTS } from "../download/limits.ts";
import { readChecksums } from "../dump/checksums.ts";
import { findDumpFiles } from "../dump/raw_month.ts";
import { hashFile } from "../files/files.ts";
import type { Manifest } from "../lake/manifest.ts";

type Sources = Manifest["sources"];

/** Where the sources of a run come from. */
export interface SourcePlaces {
  rawRoot: string;
  /** `YYYY-MM` */
  month: string;
  /**
   * SHA-256 by name of the dump files that would be downloaded first; undefined when those in the raw root are used.
   */
  published: ReadonlyMap<string, string> | undefined;
  /** Directory of the collection's pages; undefined for a run without the collection. */
  collection: string | undefined;
  log: Logger;
}

/** The dump files of a month as published on the server. NotPublishedError when some are not published yet. */
export function publishedDumps(
  month: string,
  env: NodeJS.ProcessEnv,
  log: Logger,
): Promise<ReadonlyMap<string, string>> {
  const baseUrl = env.DISCOGS_BASE_URL || DOWNLOAD_DEFAULTS.baseUrl;
  return publishedChecksums({ ...DOWNLOAD_DEFAULTS, baseUrl, month, env, log });
}

/**
 * Whether a run made now would have exactly these sources. Dump files in the raw root are compared by name, size and
 * the sha256 in the checksum file beside them; without that file they are read.
 */
export async function areCurrent(sources: Sources, places: SourcePlaces): Promise<boolean> {
  const isDump = ({ name }: Sources[number]) => /\.xml\.gz$/.test(name);
  const dumps = sources.filter(isDump);
  const pages = sources.filter((source) => !isDump(source));
  if (!(await areCurrentPages(pages, places.collection))) return false;
  const { published } = places;
  if (published === undefined) return areInRawRoot(dumps, places);
  return dumps.length === published.size && dumps.every(({ name, sha256 }) => published.get(name) === sha256);
}

async function areInRawRoot(dumps: Sources, { rawRoot, month, log }: SourcePlaces): Promise<boolean> {
  const { files, checksums } = await findDumpFiles(rawRoot, month);
  const known = new Map(dumps.map((dump) => [dump.name, dump]));
  const isSameSize = files.every(({ name, size }) => known.get(name)?.size === size);
  if (files.length !== dumps.length || !isSameSize) return false;
  const sums = checksums === undefined ? undefined : await readChecksums(checksums);
  for (const { name, path } of files) {
    if (!sums?.has(name)) log.progress(`reading ${name}: it has no checksum beside it`);
    const sha256 = sums?.get(name) ?? (await hashFile(path)).sha256;
    if (sha256 !== known.get(name)?.sha256) return false;
  }
  return true;
}

/** The pages of the collection, which are small. */
async function areCurrentPages(pages: Sources, directory: string | undefined): Promise<boolean> {
  if (directory === undefined) return pages.length === 0;
  const names = await collectionPages({ srcDir: directory, pattern: PAGE_PATTERN });
  if (names.length !== pages.length) return false;
  const known = new Map(pages.map(({ name, sha256 }) => [name, sha256]));
  for (const name of names) {
    if ((await hashFile(join(directory, name))).sha256 !== known.get(name)) return false;
  }
  return true;
}
