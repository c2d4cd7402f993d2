import { isDeepStrictEqual } from "node:util";
import { ExpectedError } from "../cli/errors.ts";
import type { WarehouseDataset } from "../datasets/warehouse.ts";
import { requireFree } from "../files/lock.ts";
import { datasetLockPath } from "../files/paths.ts";
import type { BuildingRun } from "../lake/building.ts";
import { codeVersion } from "../lake/code_version.ts";
import {
  asSource,
  type DoneRecord,
  datasetName,
  type ExpectedRecord,
  keepIfDone,
  readDone,
  writeDone,
} from "../lake/done.ts";
import { choiceText, datasetsOfRun } from "../lake/run_datasets.ts";
import { type BuildOptions, buildDataset } from "./build.ts";

/**
 * Makes warehouse datasets of a building run, in the given order, and records each in `_done/`. One that is done,
 * was made of the same inputs by the same code, and verifies, is kept; one that the run was begun without, because it
 * has not all that the dataset reads, is passed over. The caller holds the datasets' locks.
 * ExpectedError when an input is not done, with the pid of whoever makes it just now, or is made anew meanwhile.
 */
export async function buildInRun(
  building: BuildingRun,
  datasets: readonly WarehouseDataset[],
  options: BuildOptions,
): Promise<DoneRecord[]> {
  const records: DoneRecord[] = [];
  const chosen = datasetsOfRun(building.run);
  for (const dataset of datasets) {
    if (chosen.includes(dataset)) records.push(await keepOrBuild(building, dataset, options));
    else options.log.info(`${dataset.table}: not made, the run was begun with ${choiceText(building.run)}`);
  }
  return records;
}

async function keepOrBuild(
  building: BuildingRun,
  dataset: WarehouseDataset,
  options: BuildOptions,
): Promise<DoneRecord> {
  const { dir } = building;
  const expected = await expectedRecord(building, dataset);
  const kept = await keepIfDone(dir, dataset.directory, expected);
  if (kept !== undefined) {
    options.log.info(`${dataset.table}: done and verified, kept`);
    return kept;
  }
  const started = new Date().toISOString();
  const { rows, files, counts, filled } = await buildDataset(dir, dataset, options);
  if (!isDeepStrictEqual(await expectedRecord(building, dataset), expected)) {
    throw new ExpectedError(`what ${dataset.table} is made of was made anew meanwhile: make it again`);
  }
  const record: DoneRecord = {
    dataset: datasetName(dataset.directory),
    sources: [...expected.sources],
    code_version: expected.codeVersion,
    options: expected.options,
    rows,
    files,
    counts,
    filled,
    started,
    ended: new Date().toISOString(),
  };
  await writeDone(dir, record);
  return record;
}

async function expectedRecord(
  { lake, runId, dir }: BuildingRun,
  dataset: WarehouseDataset,
): Promise<ExpectedRecord> {
  const sources = [];
  for (const { directory } of dataset.reads) {
    const name = datasetName(directory);
    const record = await readDone(dir, name);
    if (record === undefined) {
      requireFree(datasetLockPath(lake, runId, name));
      throw new ExpectedError(`${dir} has no finished ${directory}, which ${dataset.table} is made of`);
    }
    sources.push(asSource(directory, record));
  }
  return { sources, codeVersion: codeVersion(), options: {} };
}
