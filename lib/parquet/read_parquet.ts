import { ExpectedError } from "../cli/errors.ts";

/**
 * Reads Parquet files: a quoted path or pattern, or a list of them in brackets. Ignores the names of their directories, which
 * DuckDB otherwise turns into columns (`/srv/env=prod/` yields `env`).
 */
export function readParquet(files: string): string {
  return `read_parquet(${files}, hive_partitioning = false)`;
}

/**
 * A pattern that only this path matches.
 * @throws ExpectedError if there is none
 */
export function patternOf(path: string): string {
  if (!/[*?[]/.test(path)) return path;
  if (path.includes("\\")) {
    throw new ExpectedError(`${path}: DuckDB can't read paths that contain both \\ and one of *, ? and [`);
  }
  return path.replace(/[*?[]/g, "[$&]");
}
