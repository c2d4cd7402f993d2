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
 * Builds warehouse datasets of a building run in the given order, and records each in `_done/`. Keeps a dataset that is done,
 * was made from the same inputs by the same code, and passes verification; skips one that the run was begun without because it
 * lacks inputs. The caller holds the datasets' locks. ExpectedError when an input is not done, with the pid of the process
 * making it, or is rebuilt meanwhile.
 */
export async function buildInRun(
  building: BuildingRun,
  datasets: readonly WarehouseDataset[],
  options: BuildOptions,
): Promise<DoneRecord[]> {
  const records: DoneRecord[] = [];
  const chosen = datasetsOfRun(building.run);
  // In sequence, because one may read another.
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
    throw new ExpectedError(`inputs of ${dataset.table} were rebuilt meanwhile: build it again`);
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
      throw new ExpectedError(`${dir} has no finished ${directory}, which ${table} reads`);
    }
    sources.push(asSource(directory, record));
  }
  return sources;
}
