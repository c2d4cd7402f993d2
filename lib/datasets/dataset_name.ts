import { posix } from "node:path";

/** Name of a dataset from its directory: `warehouse_discogs/x` is `x`. */
export function datasetName(directory: string): string {
  return posix.basename(directory);
}
