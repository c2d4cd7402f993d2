import type { Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import { isDirectory } from "../files/files.ts";
import { isDumpMonth, requireDumpMonth } from "../files/run_id.ts";

/** The four kinds of dump files of a month. */
export const dumpEntities = ["artists", "labels", "masters", "releases"] as const;
/** Kind of a dump file. */
export type DumpEntity = (typeof dumpEntities)[number];

/** A dump file of a month. */
export interface DumpFile {
  entity: DumpEntity;
  /** File name without directory. */
  name: string;
  /** Absolute if the raw root is. */
  path: string;
  /** Bytes. */
  size: number;
}

/** A complete month of dump files: all four with the same date. */
export interface DumpMonth {
  /** `YYYY-MM` */
  month: string;
  /** Date in the file names, as `YYYY-MM-DD`. */
  date: string;
  /** One per {@link dumpEntities}, in that order. */
  files: DumpFile[];
  /** The `discogs_<YYYYMMDD>_CHECKSUM.txt`, if it exists: written last, once a month is complete. */
  checksums: string | undefined;
  /** Other dates of the month's files, `YYYY-MM-DD`, in order: October 2019 was published twice. */
  otherDates: string[];
}

/** What tells a file from another one of the same name without reading it. */
export interface FileStamp {
  /** Bytes. */
  size: number;
  /** ISO 8601, to the millisecond. */
  modified: string;
}

/** How many of the months that are there an error names. */
const NAMED_MONTHS = 6;
const DUMP_FILE = /^discogs_(\d{8})_(artists|labels|masters|releases)\.xml\.gz$/;
const CHECKSUM_FILE = /^discogs_\d{8}_CHECKSUM\.txt$/;

/** The file name of a dump; `date` is `YYYYMMDD`. */
export const dumpName = (date: string, entity: DumpEntity): string => `discogs_${date}_${entity}.xml.gz`;
/** The name of the checksum file that belongs to the dumps of a date, `YYYYMMDD`. */
export const checksumName = (date: string): string => `discogs_${date}_CHECKSUM.txt`;

/**
 * The newest month under `rawRoot` with four files, `<rawRoot>/<YYYY-MM>/discogs_<YYYYMMDD>_<entity>.xml.gz`.
 * ExpectedError when there is none.
 */
export async function findDumpMonth(rawRoot: string): Promise<DumpMonth> {
  const months = await monthsIn(rawRoot);
  for (const month of months.toReversed()) {
    const found = await newestComplete(rawRoot, month);
    if (found !== undefined) return found;
  }
  if (!(await isDirectory(rawRoot))) {
    throw new ExpectedError(
      `there is no directory ${rawRoot}, which should have those of the months, YYYY-MM`,
    );
  }
  const seen = months.length === 0 ? "no YYYY-MM directories" : `incomplete: ${months.join(", ")}`;
  throw new ExpectedError(`no month under ${rawRoot} has all four dump files (${seen})`);
}

/**
 * The dump files of a month; with several dates the newest complete one. The ExpectedError names what is missing if no date is
 * complete.
 */
export async function findDumpFiles(rawRoot: string, month: string): Promise<DumpMonth> {
  requireDumpMonth(month);
  const found = await newestComplete(rawRoot, month);
  if (found !== undefined) return found;
  throw new ExpectedError(await describeMissing(rawRoot, month));
}

/**
 * The dump files of a month and its checksum files, of all dates, by name. Empty when the month has no directory yet. A month that
 * is uploaded again differs in the size or the time of at least one of them.
 */
export async function monthFiles(rawRoot: string, month: string): Promise<Record<string, FileStamp>> {
  const directory = join(rawRoot, month);
  const names = (await namesIn(directory)).filter((name) => DUMP_FILE.test(name) || CHECKSUM_FILE.test(name));
  const stamps: Record<string, FileStamp> = {};
  for (const name of names.sort()) {
    const found = await regularFile(join(directory, name));
    if (found !== undefined) stamps[name] = { size: found.size, modified: found.mtime.toISOString() };
  }
  return stamps;
}

/** The months that have a directory, in order. */
async function monthsIn(rawRoot: string): Promise<string[]> {
  return (await namesIn(rawRoot)).filter(isDumpMonth).sort();
}

async function newestComplete(rawRoot: string, month: string): Promise<DumpMonth | undefined> {
  const dates = await filesByDate(rawRoot, month);
  const date = [...dates.keys()].sort().findLast((each) => dates.get(each)?.size === dumpEntities.length);
  const entities = date === undefined ? undefined : dates.get(date);
  if (date === undefined || entities === undefined) return undefined;
  const directory = join(rawRoot, month);
  const checksums = join(directory, checksumName(date));
  return {
    month,
    date: withHyphens(date),
    files: dumpEntities.flatMap((entity) => entities.get(entity) ?? []),
    checksums: (await regularFile(checksums)) === undefined ? undefined : checksums,
    otherDates: [...dates.keys()]
      .filter((each) => each !== date)
      .sort()
      .map(withHyphens),
  };
}

const withHyphens = (date: string): string => `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;

/** Dump files of a month's directory by date, then by entity. Dates of other months are ignored. */
async function filesByDate(rawRoot: string, month: string): Promise<Map<string, Map<DumpEntity, DumpFile>>> {
  const directory = join(rawRoot, month);
  const dates = new Map<string, Map<DumpEntity, DumpFile>>();
  for (const name of await namesIn(directory)) {
    const date = DUMP_FILE.exec(name)?.[1] ?? "";
    const entity = dumpEntities.find((each) => name === dumpName(date, each));
    if (entity === undefined || !date.startsWith(month.replace("-", ""))) continue;
    const path = join(directory, name);
    const found = await regularFile(path);
    if (found === undefined) continue;
    const entities = dates.get(date) ?? new Map<DumpEntity, DumpFile>();
    dates.set(date, entities.set(entity, { entity, name, path, size: found.size }));
  }
  return dates;
}

async function describeMissing(rawRoot: string, month: string): Promise<string> {
  const others = await monthsIn(rawRoot);
  if (!others.includes(month)) {
    const newest = others.slice(-NAMED_MONTHS).join(", ");
    const instead = others.length === 0 ? "" : `, or choose one that is there, such as ${newest}`;
    return `there is no directory ${join(rawRoot, month)}: download the month (main.dig: -p do_download=true)${instead}`;
  }
  const dates = await filesByDate(rawRoot, month);
  const date = [...dates.keys()].sort().at(-1);
  const compact = date ?? `${month.replace("-", "")}DD`;
  const missing = dumpEntities.filter((entity) => dates.get(date ?? "")?.get(entity) === undefined);
  const names = missing.map((entity) => dumpName(compact, entity));
  return `${join(rawRoot, month)} lacks ${names.join(", ")}`;
}

/** The status of a regular file (links are followed); undefined when there is none. */
async function regularFile(path: string): Promise<Stats | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found : undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}
