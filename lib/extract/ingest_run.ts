import { dirname, join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import type { Entity, ExtractedDataset } from "../datasets/declaration.ts";
import { readChecksums } from "../dump/checksums.ts";
import type { SourceIdentity } from "../dump/source.ts";
import { hashFile } from "../files/files.ts";
import type { BuildingRun, RunFile } from "../lake/building.ts";
import { codeVersion } from "../lake/code_version.ts";
import {
  type DoneRecord,
  datasetName,
  type ExpectedRecord,
  keepIfDone,
  readDone,
  writeDone,
} from "../lake/done.ts";
import { type BegunWith, extractedOfRun } from "../lake/run_datasets.ts";
import { type ExtractedResult, extractDump } from "./extract_dump.ts";
import { stagesText } from "./stage_times.ts";

/** The dumps by the names of their files, in the order in which one process reads them. */
const ENTITIES = { artists: "artist", masters: "master", releases: "release", labels: "label" } as const;
type Dump = keyof typeof ENTITIES;

export const ingestedDumps = Object.keys(ENTITIES) as Dump[];

export interface IngestOptions {
  /** The dumps to read; by default all four. */
  dumps?: readonly Dump[];
  /** Rows of each part; by default as each dataset declares. */
  batch?: number | undefined;
  /** Threads that work at the same time; by default one for each core, and at most four. */
  threads?: number | undefined;
  /** Leave out control characters, which XML does not allow, and count them. */
  removeControlCharacters?: boolean;
  log: Logger;
}

type DumpFile = RunFile["sources"][number];

/** The directories of those datasets of a run that these dumps give. */
export function ingestedDirectories(run: BegunWith, dumps: readonly Dump[]): string[] {
  const entities: Entity[] = dumps.map((dump) => ENTITIES[dump]);
  const datasets = extractedOfRun(run).filter(({ entity }) => entities.includes(entity));
  return datasets.map(({ directory }) => directory);
}

/**
 * Makes the datasets that a building run was begun with from its dumps, each dump read once. What is done already and
 * verifies is kept. Records each dataset in `_done/` when it is in place. The caller holds the datasets' locks.
 * @returns the records of all of them
 * @throws DumpError for a damaged dump or one that is not what its CHECKSUM.txt says
 */
export async function ingestRun(building: BuildingRun, options: IngestOptions): Promise<DoneRecord[]> {
  const records: DoneRecord[] = [];
  for (const name of options.dumps ?? ingestedDumps) {
    const dump = building.run.sources.find((source) => source.entity === name);
    if (dump === undefined)
      throw new ExpectedError(`run ${building.runId} was started without a dump of ${name}`);
    records.push(...(await ingestDump(building, ENTITIES[name], dump, options)));
  }
  return records;
}

async function ingestDump(
  building: BuildingRun,
  entity: Entity,
  dump: DumpFile,
  options: IngestOptions,
): Promise<DoneRecord[]> {
  const datasets = extractedOfRun(building.run).filter((dataset) => dataset.entity === entity);
  const { kept, missing } = await sortOut(building, datasets, dump, options);
  for (const record of kept) options.log.info(`${record.dataset}: done and verified, kept`);
  if (missing.length === 0) return kept;
  const started = new Date();
  options.log.info(`${missing.map((dataset) => dataset.directory).join(", ")}: from ${dump.path}`);
  const result = await extractDump({
    source: dump.path,
    entity,
    outputs: missing.map((dataset) => ({ dataset, out: join(building.dir, dataset.directory) })),
    batch: options.batch,
    threads: options.threads,
    removeControlCharacters: options.removeControlCharacters ?? false,
    clean: false,
    log: options.log,
    verifySource: await checksumTest(dump),
  });
  const took = ((Date.now() - started.getTime()) / 1000).toFixed(1);
  options.log.info(`${dump.name}: read in ${took} s, threads were busy: ${stagesText(result.busy)}`);
  const made: DoneRecord[] = [];
  for (const [index, extracted] of result.datasets.entries()) {
    const expected = expectedRecord(
      missing[index] as ExtractedDataset,
      result.source as SourceIdentity,
      options,
    );
    const isFirst = extracted.directory === datasets[0]?.directory;
    const record: DoneRecord = {
      ...doneRecordOf(extracted, expected, started.toISOString()),
      ...(isFirst ? { unknown: result.unknown, counts: { ...extracted.counts, ...result.anomalies } } : {}),
    };

    await writeDone(building.dir, record);
    options.log.info(`${record.dataset}: ${record.rows} rows${countsText(record.counts)}`);
    made.push(record);
  }
  return [...kept, ...made];
}

/** Which of the datasets can be kept; the others are removed if they are there. */
async function sortOut(
  building: BuildingRun,
  datasets: readonly ExtractedDataset[],
  dump: DumpFile,
  options: IngestOptions,
) {
  const kept: DoneRecord[] = [];
  const missing: ExtractedDataset[] = [];
  let identity: SourceIdentity | undefined;
  for (const dataset of datasets) {
    const isRecorded = (await readDone(building.dir, datasetName(dataset.directory))) !== undefined;
    if (isRecorded) identity ??= await identify(dump);
    const source = identity ?? { name: dump.name, size: dump.size, sha256: "" };
    const record = await keepIfDone(
      building.dir,
      dataset.directory,
      expectedRecord(dataset, source, options),
    );
    if (record === undefined) missing.push(dataset);
    else kept.push(record);
  }
  return { kept, missing };
}

async function identify({ name, path }: DumpFile): Promise<SourceIdentity> {
  const { bytes, sha256 } = await hashFile(path);
  return { name, size: bytes, sha256 };
}

function expectedRecord(
  dataset: ExtractedDataset,
  source: SourceIdentity,
  { batch = dataset.partRows, removeControlCharacters = false }: IngestOptions,
): ExpectedRecord {
  const removing = removeControlCharacters ? { remove_control_characters: true } : {};
  return { sources: [source], codeVersion: codeVersion(), options: { batch, ...removing } };
}

/** The record of a dataset that was made just now. */
export function doneRecordOf(
  extracted: ExtractedResult,
  expected: ExpectedRecord,
  started: string,
): DoneRecord {
  return {
    dataset: datasetName(extracted.directory),
    sources: [...expected.sources],
    code_version: expected.codeVersion,
    options: expected.options,
    rows: extracted.rows,
    ...(extracted.records === undefined ? {} : { records: extracted.records }),
    files: [...extracted.files],
    counts: extracted.counts,
    filled: extracted.filled,
    written: extracted.written,
    started,
    ended: new Date().toISOString(),
  };
}

/** Compares a dump, when it has been read, with the CHECKSUM.txt beside it, if there is one. */
async function checksumTest({ name, path }: DumpFile): Promise<(identity: SourceIdentity) => void> {
  const file = join(dirname(path), name.replace(/_[a-z]+\.xml\.gz$/, "_CHECKSUM.txt"));
  const sums = await readChecksums(file);
  return ({ sha256 }) => {
    if (sums === undefined) return;
    const wanted = sums.get(name);
    if (wanted === undefined) throw new ExpectedError(`${file} does not list ${name}`);
    if (wanted !== sha256)
      throw new ExpectedError(`${path} has the sha256 ${sha256}, but ${file} says ${wanted}`);
  };
}

function countsText(counts: Record<string, number>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `, ${reason}: ${count}`)
    .join("");
}
