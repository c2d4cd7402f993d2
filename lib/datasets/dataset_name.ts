import { posix } from "node:path";

/** Returns a dataset's name from its directory: `warehouse_discogs/x` becomes `x`. */
export function datasetName(directory: string): string {
  return posix.basename(directory);
}
