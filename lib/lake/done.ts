import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { extended } from "../cli/errors.ts";
import { datasetName } from "../datasets/dataset_name.ts";
import {
  filesBelow,
  hashFile,
  kindOf,
  makeDirectory,
  namesIn,
  readJsonIfThere,
  removeTree,
  writeJsonFile,
} from "../files/files.ts";
import { inRun } from "../files/paths.ts";

export { datasetName };

/** A sha256 in lower-case hex. */
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();

/** A file that a dataset was made from. */
export const sourceFile = z.object({ name: z.string(), size: count, sha256: sha256Hex });

/** A source of a dataset, identified by name, size and sha256. */
export type SourceFile = z.infer<typeof sourceFile>;

/** A file of a dataset; its name is relative to the dataset's directory. */
export const datasetFile = z.object({ name: z.string(), bytes: count, sha256: sha256Hex, rows: count });

/** A file of a finished dataset, with its size, sha256 and row count. */
export type DatasetFile = z.infer<typeof datasetFile>;

/** Fingerprints of a dataset's columns, taken from its rows before they were encoded. */
const writtenValues = z.object({
  /** Bytes of UTF-8 in each VARCHAR column. */
  bytes: z.record(z.string(), count),
  /**
   * For each BIGINT column, and each such field in a list of structs (`artist_refs.artist_id`): sha256 over its
   * non-NULL values in order, as 64-bit little-endian integers.
   */
  numbers: z.record(z.string(), sha256Hex),
});

/** Fingerprints of the values that were handed to the Parquet encoder. */
export type WrittenValues = z.infer<typeof writtenValues>;

const optionValue = z.union([z.string(), z.number(), z.boolean()]);

/** `_done/<dataset>.json`: what a finished dataset of a building run was made from, and the result. */
export const doneRecord = z.object({
  /** Last segment of the dataset's directory. */
  dataset: z.string(),
  sources: z.array(sourceFile),
  /** Version of the code that made it. */
  code_version: z.string(),
  /**
   * Hash of the code that its bytes depend on (datasetCode). Records of older versions lack it, and such datasets are
   * made again.
   */
  dataset_code: z.string().optional(),
  options: z.record(z.string(), optionValue),
  rows: count,
  /**
   * Elements of the dump that the rows were made from, including those that yielded none. Only for extracted datasets.
   */
  records: count.optional(),
  files: z.array(datasetFile),
  /** Dropped and skipped rows and other anomalies, by reason. */
  counts: z.record(z.string(), count),
  /** Number of non-NULL values by column. Records of older versions lack it. */
  filled: z.record(z.string(), count).optional(),
  /** Number of values of the dump from which white space was trimmed, by column; only columns with any. */
  trimmed: z.record(z.string(), count).optional(),
  /** How often each unknown path occurred in the dump; kept with the first dataset of a dump. */
  unknown: z.record(z.string(), count).optional(),
  /** Only for extracted datasets. Records of older versions lack it. */
  written: writtenValues.optional(),
  started: z.iso.datetime(),
  ended: z.iso.datetime(),
});

/** The record of a finished dataset. */
export type DoneRecord = z.infer<typeof doneRecord>;

/** What a record must state for its dataset to be kept when a run is resumed. */
export interface ExpectedRecord {
  sources: readonly SourceFile[];
  datasetCode: string;
  options: DoneRecord["options"];
}

/** Reads a dataset's record; undefined when there is none. ExpectedError, with what to do, when it is damaged. */
export async function readDone(runDir: string, dataset: string): Promise<DoneRecord | undefined> {
  try {
    return await readJsonIfThere(inRun.doneRecord(runDir, dataset), doneRecord);
  } catch (error) {
    throw extended(error, "remove it, then run ingest and build again to remake the dataset");
  }
}

/** Writes a dataset's record, once the dataset is in place. */
export async function writeDone(runDir: string, record: DoneRecord): Promise<void> {
  const path = inRun.doneRecord(runDir, record.dataset);
  await makeDirectory(dirname(path));
  await writeJsonFile(path, doneRecord.parse(record));
}

/** The files of a finished dataset with size and hash; `rows` gives the row count of each by name. */
export async function describeFiles(
  dir: string,
  rows: ReadonlyMap<string, number> | ((name: string) => number),
): Promise<DatasetFile[]> {
  const rowsOf = typeof rows === "function" ? rows : (name: string) => rows.get(name) ?? 0;
  const files: DatasetFile[] = [];
  for (const name of await filesBelow(dir)) {
    files.push({ name, ...(await hashFile(join(dir, name))), rows: rowsOf(name) });
  }
  return files;
}

/**
 * Compares the files of a dataset with its record; returns one line per difference, none when exactly these files exist
 * with these sizes and hashes, and no other directories. `label` starts each line; `readFile` gets the number of bytes of
 * each file read.
 */
export async function fileProblems(
  dir: string,
  files: readonly Omit<DatasetFile, "rows">[],
  label: string,
  readFile: (bytes: number) => void = () => {},
): Promise<string[]> {
  const kind = await kindOf(dir);
  if (kind === undefined) return [`${label}: the directory is missing`];
  if (kind !== "directory") return [`${label}: a ${kind}, not a directory`];
  const expected = new Map(files.map((file) => [file.name, file]));
  const problems: string[] = [];
  for (const name of await filesBelow(dir)) {
    const file = expected.get(name);
    expected.delete(name);
    if (file === undefined) problems.push(`${label}/${name}: not in the record`);
    else problems.push(...(await fileProblem(join(dir, name), file, `${label}/${name}`)));
    readFile(file?.bytes ?? 0);
  }
  return [
    ...problems,
    ...[...expected.keys()].map((name) => `${label}/${name}: missing`),
    ...(await otherDirectories(dir, files)).map(
      (name) => `${label}/${name}: a directory that is not in the record`,
    ),
  ];
}

/** Directories that contain none of the files, including empty ones, as relative paths. */
async function otherDirectories(dir: string, files: readonly { name: string }[]): Promise<string[]> {
  const known = new Set(files.flatMap(({ name }) => parentsOf(name)));
  const lookInto = async (below: string): Promise<string[]> => {
    const found: string[] = [];
    for (const name of await namesIn(join(dir, below))) {
      const inner = below === "" ? name : `${below}/${name}`;
      if ((await kindOf(join(dir, inner))) !== "directory") continue;
      found.push(...(known.has(inner) ? await lookInto(inner) : [inner]));
    }
    return found;
  };
  return lookInto("");
}

/** `a` and `a/b` of `a/b/c`. */
export function parentsOf(path: string): string[] {
  const segments = path.split("/");
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join("/"));
}

async function fileProblem(path: string, file: { bytes: number; sha256: string }, label: string) {
  if ((await kindOf(path)) !== "file") return [`${label}: not a regular file`];
  const found = await hashFile(path);
  if (found.bytes !== file.bytes) return [`${label}: ${found.bytes} bytes, ${file.bytes} recorded`];
  return found.sha256 === file.sha256 ? [] : [`${label}: sha256 ${found.sha256}, recorded ${file.sha256}`];
}

/**
 * The record of a dataset that can be kept when a run is resumed: it matches what is expected, and the files verify.
 * Otherwise removes the dataset and its record, so that it is made again, and returns undefined.
 */
export async function keepIfDone(
  runDir: string,
  directory: string,
  expected: ExpectedRecord,
): Promise<DoneRecord | undefined> {
  const record = await finishedRecord(runDir, directory, expected);
  if (record === undefined) await removeDataset(runDir, directory);
  return record;
}

/** Removes a dataset of a building run; its record goes first, so that no record outlives its files. */
async function removeDataset(runDir: string, directory: string): Promise<void> {
  await removeTree(inRun.doneRecord(runDir, datasetName(directory)));
  await removeTree(join(runDir, directory));
}

async function finishedRecord(runDir: string, directory: string, expected: ExpectedRecord) {
  const record = await readDone(runDir, datasetName(directory));
  if (record === undefined || !saysExpected(record, expected)) return undefined;
  const problems = await fileProblems(join(runDir, directory), record.files, directory);
  return problems.length === 0 ? record : undefined;
}

function saysExpected(record: DoneRecord, expected: ExpectedRecord): boolean {
  return (
    record.dataset_code === expected.datasetCode &&
    isDeepStrictEqual(record.options, expected.options) &&
    isDeepStrictEqual(byName(record.sources), byName(expected.sources))
  );
}

function byName(sources: readonly SourceFile[]): SourceFile[] {
  return sources
    .map(({ name, size, sha256 }) => ({ name, size, sha256 }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A finished dataset as the source of another: its directory, and one hash over the names and hashes of its files. */
export function asSource(directory: string, record: DoneRecord): SourceFile {
  const hash = createHash("sha256");
  for (const file of record.files) hash.update(`${file.name} ${file.sha256}\n`);
  const size = record.files.reduce((sum, file) => sum + file.bytes, 0);
  return { name: directory, size, sha256: hash.digest("hex") };
}
