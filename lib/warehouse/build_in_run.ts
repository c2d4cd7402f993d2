import { isDeepStrictEqual } from "node:util";
import { ExpectedError } from "../cli/errors.ts";
import type { WarehouseDataset } from "../datasets/warehouse.ts";
import { requireFree } from "../files/lock.ts";
import { datasetLockPath } from "../files/paths.ts";
import type { BuildingRun } from "../lake/building.ts";
import { asSource, type DoneRecord, datasetName, readDone, type SourceFile } from "../lake/done.ts";
import { keepOrMake, type MadeDataset, type Making } from "../lake/keep_or_make.ts";
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
  // One after the other: what one is made of may be another.
  for (const dataset of datasets) {
    if (!chosen.includes(dataset)) {
      options.log.info(`${dataset.table}: not made, the run was begun with ${choiceText(building.run)}`);
      continue;
    }
    const making: Making<WarehouseDataset> = {
      datasets: [dataset],
      optionsOf: () => ({}),
      sourcesOf: () => sourcesOf(building, dataset),
      make: async () => [await build(building, dataset, options)],
    };
    records.push(...(await keepOrMake(building.dir, making, options.log)));
  }
  return records;
}

async function build(
  building: BuildingRun,
  dataset: WarehouseDataset,
  options: BuildOptions,
): Promise<MadeDataset> {
  const sources = await sourcesOf(building, dataset);
  const built = await buildDataset(building.dir, dataset, options);
  if (!isDeepStrictEqual(await sourcesOf(building, dataset), sources)) {
    throw new ExpectedError(`what ${dataset.table} is made of was made anew meanwhile: make it again`);
  }
  return { sources, ...built };
}

async function sourcesOf(
  { lake, runId, dir }: BuildingRun,
  { table, reads }: WarehouseDataset,
): Promise<SourceFile[]> {
  const sources = [];
  for (const { directory } of reads) {
    const name = datasetName(directory);
    const record = await readDone(dir, name);
    if (record === undefined) {
      requireFree(datasetLockPath(lake, runId, name));
      throw new ExpectedError(`${dir} has no finished ${directory}, which ${table} is made of`);
    }
    sources.push(asSource(directory, record));
  }
  return sources;
}
