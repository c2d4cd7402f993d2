import { datasetName } from "./dataset_name.ts";
import type { TableDeclaration } from "./types.ts";

/** What tells the versions of a dataset apart: `_v6`, or `_v1_typed`. */
const VERSION = /_v(\d+)(_typed)?$/;

/** A dataset and the name by which people ask for it. */
export interface ShortNamed {
  name: string;
  dataset: TableDeclaration;
}

/**
 * The name of a dataset's view in `discogs.duckdb`: the declared one, or the dataset's own without its version
 * (`releases_v6` is `releases`). Versions of one dataset have the same.
 */
export function shortName({ shortName: declared, directory }: TableDeclaration): string {
  return declared ?? datasetName(directory).replace(VERSION, "");
}

/** Datasets by their short names, in their order; of several versions of one, the newest. */
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
