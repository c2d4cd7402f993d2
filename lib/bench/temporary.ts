import { inSystemTemporary } from "../files/system_temporary.ts";

/** Runs work with a temporary directory of its own. */
export function inTemporaryDirectory<T>(work: (dir: string) => Promise<T>): Promise<T> {
  return inSystemTemporary("discogs-data-lake-bench-", work);
}
