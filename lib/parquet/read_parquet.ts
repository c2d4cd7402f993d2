import { ExpectedError } from "../cli/errors.ts";

/**
 * Reads Parquet files: a quoted path or pattern, or a list of them in brackets. Nothing is taken from the names of their
 * directories, which DuckDB otherwise makes columns of (`/srv/env=prod/` gives `env`).
 */
export function readParquet(files: string): string {
  return `read_parquet(${files}, hive_partitioning = false)`;
}

/**
 * A pattern that only this path fits.
 * @throws ExpectedError for a path for which there is none
 */
export function patternOf(path: string): string {
  if (!/[*?[]/.test(path)) return path;
  if (path.includes("\\")) {
    throw new ExpectedError(
      `${path}: DuckDB can't read where there are both \\ and one of *, ? and [ in a path`,
    );
  }
  return path.replace(/[*?[]/g, "[$&]");
}
