import { stat } from "node:fs/promises";
import { join } from "node:path";
import { counted, countText } from "../cli/amounts.ts";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import type { Entity, ExtractedDataset } from "../datasets/declaration.ts";
import { checksumFileOf, readChecksums } from "../dump/checksums.ts";
import type { SourceIdentity } from "../dump/source.ts";
import { hashFile } from "../files/files.ts";
import type { BuildingRun, RunFile } from "../lake/building.ts";
import { type DoneRecord, datasetName } from "../lake/done.ts";
import { keepOrMake, type Making } from "../lake/keep_or_make.ts";
import { type BegunWith, extractedOfRun } from "../lake/run_datasets.ts";
import { extractDump, reportUnknown } from "./extract_dump.ts";
import { stagesText } from "./stage_times.ts";

/** Dumps by file name, in the order in which a single process reads them. */
const ENTITIES = { artists: "artist", masters: "master", releases: "release", labels: "label" } as const;
type Dump = keyof typeof ENTITIES;

/** The dumps of a month, in the order in which they are ingested. */
export const ingestedDumps = Object.keys(ENTITIES) as Dump[];

/** Options of an ingest. */
export interface IngestOptions {
  /** Dumps to read; all four by default. */
  dumps?: readonly Dump[];
  /** Rows per part; by default as each dataset declares. */
  batch?: number | undefined;
  /** Number of threads; by default one per core, at most four. */
  threads?: number | undefined;
  /** Remove and count control characters, which XML does not allow. */
  removeControlCharacters?: boolean;
  /** Reject a dump with elements or attributes that no dataset holds. */
  strict?: boolean;
  log: Logger;
}

type DumpFile = RunFile["sources"][number];

/** Directories of the run's datasets that come from these dumps. */
export function ingestedDirectories(run: BegunWith, dumps: readonly Dump[]): string[] {
  const entities: Entity[] = dumps.map((dump) => ENTITIES[dump]);
  const datasets = extractedOfRun(run).filter(({ entity }) => entities.includes(entity));
  return datasets.map(({ directory }) => directory);
}

/**
 * Makes the datasets of a building run from its dumps, reading each dump once. Finished datasets that verify
 * are kept. Each new one is recorded in `_done/` once it is in place. The caller holds the datasets' locks.
 *
 * @returns the records of all of them
 * @throws DumpError for a damaged dump, or one that does not match its CHECKSUM.txt
 * @throws ExpectedError for a dump that is gone
 */
export async function ingestRun(building: BuildingRun, options: IngestOptions): Promise<DoneRecord[]> {
  const records: DoneRecord[] = [];
  for (const name of options.dumps ?? ingestedDumps) {
    const dump = building.run.sources.find((source) => source.entity === name);
    if (dump === undefined)
      throw new ExpectedError(`run ${building.runId} was started without a dump of ${name}`);
    await requireDump(building, dump);
    records.push(...(await ingestDump(building, ENTITIES[name], dump, options)));
  }
  return records;
}

/** Also for a dump whose datasets are done: it is read to find out whether they are still those of the dump. */
async function requireDump({ runId }: BuildingRun, { path }: DumpFile): Promise<void> {
  try {
    await stat(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT", "ENOTDIR")) throw error;
    throw new ExpectedError(
      `the dump ${path}, with which run ${runId} was begun, is gone: put it back, or remove the run with ` +
        `bin/lake discard_run ${runId} to begin its month anew`,
      { cause: error },
    );
  }
}

async function ingestDump(
  building: BuildingRun,
  entity: Entity,
  dump: DumpFile,
  options: IngestOptions,
): Promise<DoneRecord[]> {
  const datasets = extractedOfRun(building.run).filter((dataset) => dataset.entity === entity);
  let identity: SourceIdentity | undefined;
  let isRead = false;
  const making: Making<ExtractedDataset> = {
    datasets,
    optionsOf: ({ partRows }) => recordedOptions(options, partRows),
    async sourcesOf() {
      identity ??= await identify(dump);
      return [identity];
    },
    async make(missing) {
      isRead = true;
      const {
        datasets: made,
        source,
        unknown,
        anomalies,
      } = await extract(building, entity, dump, missing, options);
      return made.map((extracted) => {
        const { directory: _, ...dataset } = { ...extracted, sources: [source] };
        const isFirst = extracted.directory === datasets[0]?.directory;
        return isFirst ? { ...dataset, unknown, counts: { ...dataset.counts, ...anomalies } } : dataset;
      });
    },
  };
  const records = await keepOrMake(building.dir, making, options.log);
  // The extraction reports what it reads, whichever datasets it makes; here, everything was kept.
  if (!isRead) reportUnknown(dump.path, new Map(Object.entries(records[0]?.unknown ?? {})), options);
  return records;
}

async function extract(
  building: BuildingRun,
  entity: Entity,
  dump: DumpFile,
  datasets: readonly ExtractedDataset[],
  { log, ...options }: IngestOptions,
) {
  const begun = performance.now();
  log.info(`${datasets.map(({ directory }) => directory).join(", ")}: from ${dump.path}`);
  const result = await extractDump({
    source: dump.path,
    entity,
    outputs: datasets.map((dataset) => ({ dataset, out: join(building.dir, dataset.directory) })),
    batch: options.batch,
    threads: options.threads,
    removeControlCharacters: options.removeControlCharacters ?? false,
    strict: options.strict ?? false,
    clean: false,
    log,
    verifySource: await checksumTest(dump),
  });
  const took = ((performance.now() - begun) / 1000).toFixed(1);
  log.info(`${dump.name}: read in ${took} s, threads were busy: ${stagesText(result.busy)}`);
  for (const { directory, rows, counts } of result.datasets) {
    log.info(`${datasetName(directory)}: ${counted(rows, "row")}${countsText(counts)}`);
  }
  if (result.source === undefined) throw new TypeError(`${dump.name} was not read to its end`);
  return { ...result, source: result.source };
}

/** Reads a dump whose datasets may be kept. Like one that is extracted, it must match its CHECKSUM.txt. */
async function identify(dump: DumpFile): Promise<SourceIdentity> {
  const verify = await checksumTest(dump);
  const { bytes, sha256 } = await hashFile(dump.path);
  const identity = { name: dump.name, size: bytes, sha256 };
  verify(identity);
  return identity;
}

function recordedOptions({ batch, removeControlCharacters = false }: IngestOptions, partRows: number) {
  return {
    batch: batch ?? partRows,
    ...(removeControlCharacters ? { remove_control_characters: true } : {}),
  };
}

/** Returns a check that compares a dump, once read, with the CHECKSUM.txt next to it, if any. */
async function checksumTest({ name, path }: DumpFile): Promise<(identity: SourceIdentity) => void> {
  const file = checksumFileOf(path);
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
    .map(([reason, count]) => `, ${reason}: ${countText(count)}`)
    .join("");
}
