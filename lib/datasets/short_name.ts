import { datasetName } from "./dataset_name.ts";
import type { TableDeclaration } from "./types.ts";

/** Version suffix of a dataset: `_v6` or `_v1_typed`. */
const VERSION = /_v(\d+)(_typed)?$/;

/** A dataset and the short name used to query it. */
export interface ShortNamed {
  name: string;
  dataset: TableDeclaration;
}

/**
 * Name of a dataset's view in `discogs.duckdb`: the declared short name, or the dataset name without its
 * version (`releases_v6` becomes `releases`). All versions of a dataset share it.
 */
export function shortName({ shortName: declared, directory }: TableDeclaration): string {
  return declared ?? datasetName(directory).replace(VERSION, "");
}

/** Pairs datasets with their short names, in order; of several versions, the newest wins. */
export function byShortName(datasets: readonly TableDeclaration[]): ShortNamed[] {
  const newest = new Map<string, TableDeclaration>();
  for (const dataset of datasets) {
    const name = shortName(dataset);
    const known = newest.get(name);
    if (known === undefined || versionOf(known) < versionOf(dataset)) newest.set(name, dataset);
  }
  return [...newest].map(([name, dataset]) => ({ name, dataset }));
}

function versionOf({ directory }: TableDeclaration): number {
  return Number(VERSION.exec(directory)?.[1] ?? 0);
}
