import { join } from "node:path";
import { z } from "zod";
import { CheckFailedError } from "../cli/errors.ts";
import { codeVersion, datasetCode } from "../code/code_version.ts";
import { gitSha } from "../code/git_sha.ts";
import { unaccounted } from "../datasets/accounted.ts";
import { allTables, extractedDatasets } from "../datasets/index.ts";
import { checksumFileOf, readChecksums } from "../dump/checksums.ts";
import { hashFile, kindOf, readJsonIfThere } from "../files/files.ts";
import { inRun } from "../files/paths.ts";
import type { BuildingRun, RunFile } from "./building.ts";
import {
  asSource,
  type DoneRecord,
  datasetFile,
  datasetName,
  doneRecord,
  fileProblems,
  readDone,
  sourceFile,
} from "./done.ts";
import { type DatasetMeasures, datasetMeasures } from "./measures.ts";
import {
  driftGateResult,
  driftResult,
  parquetSanityResult,
  sanityResult,
  type TestResult,
  testResult,
} from "./reports.ts";
import { datasetsOfRun } from "./run_datasets.ts";

const datasetEntry = z.object({
  /** Path inside the run, e.g. `warehouse_discogs/release_artists_v1`. */
  directory: z.string(),
  rows: z.int().nonnegative(),
  /**
   * Elements of the dump that the rows were made from, including those that yielded none. Only for extracted datasets.
   */
  records: doneRecord.shape.records,
  parts: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  files: z.array(datasetFile),
  /** Dropped and skipped rows and other anomalies, by reason. */
  counts: z.record(z.string(), z.int().nonnegative()),
  /** Number of non-NULL values by column. Manifests of older versions lack it. */
  filled: doneRecord.shape.filled,
  trimmed: doneRecord.shape.trimmed,
  /** How often each unknown path occurred in the dump; kept with the first dataset of a dump. */
  unknown: doneRecord.shape.unknown,
  written: doneRecord.shape.written,
  /** As the drift gate measured it in the files; absent when the gate did not run. */
  measures: datasetMeasures.optional(),
  /** Names of its sources. */
  sources: z.array(z.string()),
  options: doneRecord.shape.options,
});

/** `manifest.json` of a sealed run: its sources, its contents, and the outcome of its tests. */
export const manifestSchema = z.object({
  manifest_version: z.literal(1),
  run_id: z.string(),
  dump_month: z.string(),
  dump_date: z.string(),
  run_mode: z.enum(["dev", "prod"]),
  /** Null when the code was not in a git checkout; `-dirty` for a checkout with changes. */
  git_sha: z.string().nullable(),
  code_version: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  started: z.iso.datetime(),
  ended: z.iso.datetime(),
  /** The dump files (and other external files) that the datasets were made from. */
  sources: z.array(sourceFile),
  datasets: z.record(z.string(), datasetEntry),
  tests: z.object({
    parquet_sanity: testResult,
    duckdb_sanity_run: testResult,
    /** Absent when the run was not compared with an earlier one. */
    drift_gate: driftResult.optional(),
  }),
});

/** The content of a manifest.json. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Size of a run's datasets in bytes. */
export function datasetBytes({ datasets }: Manifest): number {
  return Object.values(datasets).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The results of a run's tests. */
export function testResults(tests: Manifest["tests"]): TestResult[] {
  return Object.values(tests).filter((result) => result !== undefined);
}

/** Reads the manifest in a run's directory; undefined when there is none (as in runs of the Python original). */
export async function readManifest(runDir: string): Promise<Manifest | undefined> {
  return readJsonIfThere(inRun.manifest(runDir), manifestSchema);
}

/** The sha256 of a run's manifest; undefined when there is none. */
export async function manifestSha256(runDir: string): Promise<string | undefined> {
  const path = inRun.manifest(runDir);
  return (await kindOf(path)) === undefined ? undefined : (await hashFile(path)).sha256;
}

/**
 * Builds the manifest of a run that is ready to be sealed: all datasets done, verified by size and hash, made by one
 * version of the code, none partial, and tested exactly as they are. CheckFailedError names what is missing.
 */
export async function buildManifest({ dir, run, runId }: BuildingRun): Promise<Manifest> {
  const records = await verifiedRecords(dir, run);
  const all = [...records.values()];
  const lastEnd = new Date(Math.max(...all.map((record) => Date.parse(record.ended))));
  const code = oneCodeVersion(runId, records);
  requireOwnSources(run, records);
  const sources = outsideSources(runId, records);
  await requireListedSources(run, sources);
  const drift = await driftGateResult(dir, runId, lastEnd);
  const tests = {
    parquet_sanity: await parquetSanityResult(dir, runId, lastEnd),
    duckdb_sanity_run: await sanityResult(dir, runId, lastEnd),
    ...(drift === undefined ? {} : { drift_gate: drift.result }),
  };
  requirePassed(runId, tests);
  return {
    manifest_version: 1,
    run_id: runId,
    dump_month: run.dump_month,
    dump_date: run.dump_date,
    run_mode: run.run_mode,
    git_sha: code === codeVersion() ? await gitSha() : null,
    code_version: code,
    // A run may be begun with one parameter value and resumed with another: the last value counts.
    parameters: { ...run.parameters, ...parametersOf(all), ...drift?.parameters },
    started: run.started,
    ended: new Date().toISOString(),
    sources,
    datasets: Object.fromEntries(
      [...records].map(([directory, record]) => entryOf(directory, record, drift?.measures[record.dataset])),
    ),
    tests,
  };
}

/** The directories that this run must have, and those of the optional datasets that it has. */
async function directoriesOf(dir: string, run: RunFile): Promise<string[]> {
  const optional = allTables.filter((table) => table.kind === "optional").map((table) => table.directory);
  const present: string[] = [];
  for (const directory of optional) {
    if ((await kindOf(join(dir, directory))) !== undefined) present.push(directory);
  }
  return [...datasetsOfRun(run).map(({ directory }) => directory), ...present];
}

async function verifiedRecords(dir: string, run: RunFile): Promise<Map<string, DoneRecord>> {
  const records = new Map<string, DoneRecord>();
  for (const directory of await directoriesOf(dir, run)) {
    records.set(directory, await verifiedRecord(dir, directory));
  }
  return records;
}

async function verifiedRecord(dir: string, directory: string): Promise<DoneRecord> {
  if ((await kindOf(join(dir, directory, "_partial"))) !== undefined) {
    throw new CheckFailedError(`${directory} is partial (--max-parts), and a partial run can't be sealed`);
  }
  const record = await readDone(dir, datasetName(directory));
  if (record === undefined)
    throw new CheckFailedError(`${directory} is not done: run ingest and build first`);
  const rows = record.files.reduce((sum, file) => sum + file.rows, 0);
  if (rows !== record.rows) {
    throw new CheckFailedError(
      `${directory}: its record has ${record.rows} rows, its parts have ${rows}: run ingest and build again`,
    );
  }
  const problems = await fileProblems(join(dir, directory), record.files, directory);
  const extracted = extractedDatasets.find((dataset) => dataset.directory === directory);
  if (extracted !== undefined) problems.push(...unaccounted(extracted, record));
  if (problems.length > 0) {
    throw new CheckFailedError(`${problems.join("; ")}: run ingest and build again to remake it`);
  }
  return record;
}

/**
 * The version of the code that made all datasets. A dataset made by an older version counts as made by this one if
 * everything it depends on is the same.
 */
function oneCodeVersion(runId: string, records: ReadonlyMap<string, DoneRecord>): string {
  const versions = [...new Set([...records.values()].map((record) => record.code_version))];
  const [version, ...others] = versions;
  if (version !== undefined && others.length === 0) return version;
  const isCurrent = ([directory, record]: [string, DoneRecord]) => {
    const dataset = allTables.find((table) => table.directory === directory);
    return dataset !== undefined && record.dataset_code === datasetCode(dataset);
  };
  if ([...records].every(isCurrent)) return codeVersion();
  throw new CheckFailedError(
    `run ${runId} was made by several versions of the code (${versions.join(", ")}): run ingest and build again`,
  );
}

function requirePassed(runId: string, tests: Manifest["tests"]): void {
  for (const result of testResults(tests)) {
    if (!result.passed) {
      throw new CheckFailedError(
        `run ${runId} failed its checks: ${result.not_ok.join(", ")} (${result.report})`,
      );
    }
  }
}

/** The parameters of the ingest, taken from the datasets' records. */
function parametersOf(records: readonly DoneRecord[]): Manifest["parameters"] {
  const removing = records.some(({ options }) => options.remove_control_characters === true);
  return removing ? { remove_control_characters: "true" } : {};
}

/**
 * Checks that each dataset was made from the run's own dumps, or from its datasets as they are now. CheckFailedError
 * otherwise.
 */
function requireOwnSources(run: RunFile, records: ReadonlyMap<string, DoneRecord>): void {
  const dumps = new Set(run.sources.map(({ name }) => name));
  for (const [directory, { sources }] of records) {
    for (const source of sources) {
      const made = records.get(source.name);
      if (made !== undefined && asSource(source.name, made).sha256 !== source.sha256) {
        throw new CheckFailedError(
          `${directory} was made from a ${source.name} that has changed since: run ingest and build again`,
        );
      }
      if (made !== undefined || !isExtracted(directory) || dumps.has(source.name)) continue;
      throw new CheckFailedError(
        `${directory} was made from ${source.name}, which is not a dump of this run: run ingest and build again`,
      );
    }
  }
}

const isExtracted = (directory: string) =>
  extractedDatasets.some((dataset) => dataset.directory === directory);

/** Sources that are not datasets of the run itself; two different files with the same name are an error. */
function outsideSources(runId: string, records: ReadonlyMap<string, DoneRecord>): Manifest["sources"] {
  const found = new Map<string, Manifest["sources"][number]>();
  for (const source of [...records.values()].flatMap((record) => record.sources)) {
    if (records.has(source.name)) continue;
    const before = found.get(source.name);
    if (before !== undefined && before.sha256 !== source.sha256) {
      throw new CheckFailedError(
        `datasets of run ${runId} were made from different files named ${source.name}: run ingest again`,
      );
    }
    found.set(source.name, source);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Compares the dumps that the datasets were made from with the CHECKSUM.txt next to them, if there is one. It reads no dump: the
 * ingest has recorded what it read. CheckFailedError when a dump was replaced since.
 */
async function requireListedSources(run: RunFile, sources: Manifest["sources"]): Promise<void> {
  for (const { name, path } of run.sources) {
    const file = checksumFileOf(path);
    const listed = (await readChecksums(file))?.get(name);
    const made = sources.find((source) => source.name === name);
    if (listed === undefined || made === undefined || listed === made.sha256) continue;
    throw new CheckFailedError(
      `run ${run.run_id} was made from a ${name} with the sha256 ${made.sha256}, but ${file} says ${listed}: ` +
        "run ingest and build again",
    );
  }
}

function entryOf(
  directory: string,
  record: DoneRecord,
  measures: DatasetMeasures | undefined,
): [string, Manifest["datasets"][string]] {
  return [
    record.dataset,
    {
      directory,
      rows: record.rows,
      ...(record.records === undefined ? {} : { records: record.records }),
      parts: record.files.length,
      bytes: record.files.reduce((sum, file) => sum + file.bytes, 0),
      files: record.files,
      counts: record.counts,
      ...(record.filled === undefined ? {} : { filled: record.filled }),
      ...(record.trimmed === undefined ? {} : { trimmed: record.trimmed }),
      ...(record.unknown === undefined ? {} : { unknown: record.unknown }),
      ...(record.written === undefined ? {} : { written: record.written }),
      ...(measures === undefined ? {} : { measures }),
      sources: record.sources.map((source) => source.name),
      options: record.options,
    },
  ];
}
