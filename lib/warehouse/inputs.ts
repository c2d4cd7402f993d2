import { join } from "node:path";
import { quotedString } from "@duckdb/node-api";
import { ExpectedError } from "../cli/errors.ts";
import type { WarehouseDataset } from "../datasets/warehouse.ts";
import { namesIn } from "../files/files.ts";
import { isParquetFile, PARQUET_FILES } from "../files/paths.ts";
import { SOURCE_KEY } from "../parquet/file_metadata.ts";
import { patternOf, readParquet } from "../parquet/read_parquet.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import { stateOf } from "../sql/duckdb/table_sql.ts";

/**
 * Ensures that the run has everything that a dataset reads, with all columns: runs of the Python original lack columns that the
 * warehouse needs, and reading them as NULL would yield an empty dataset.
 */
export async function requireInputs(
  session: DuckDbSession,
  runDir: string,
  dataset: WarehouseDataset,
): Promise<void> {
  for (const input of dataset.reads) {
    const directory = `${runDir}/${input.directory}`;
    if (stateOf(directory, "parquet") !== "files") {
      throw new ExpectedError(`${directory} has no data, but ${dataset.table} needs it: make it first`);
    }
    const described = await session.run(
      `DESCRIBE SELECT * FROM ${readParquet(quotedString(`${directory}/${PARQUET_FILES}`))}`,
    );
    const names = new Set(described.getColumnsJS()[0]);
    const absent = input.columns.filter(({ name }) => !names.has(name)).map(({ name }) => name);
    if (absent.length > 0) {
      throw new ExpectedError(
        `${directory} lacks ${absent.join(", ")}, so ${dataset.table} can't be built from it`,
      );
    }
  }
}

/**
 * The sha256 of the dumps behind a dataset's inputs, as recorded in their files, separated by blanks; undefined if a file has
 * none, as in older versions.
 */
export async function sourcesOf(
  session: DuckDbSession,
  runDir: string,
  dataset: WarehouseDataset,
): Promise<string | undefined> {
  const found = new Set<string>();
  for (const input of dataset.reads) {
    const directory = join(runDir, input.directory);
    const first = (await namesIn(directory)).find(isParquetFile) ?? "";
    const { [SOURCE_KEY]: source } = await metadataOf(session, join(directory, first));
    if (source === undefined) return undefined;
    for (const sha256 of source.split(" ")) found.add(sha256);
  }
  return [...found].sort().join(" ");
}

async function metadataOf(session: DuckDbSession, path: string): Promise<Record<string, string>> {
  const file = quotedString(patternOf(path));
  const read = await session.run(`SELECT decode(key), decode(value) FROM parquet_kv_metadata(${file})`);
  return Object.fromEntries(read.getRowsJS().map(([key, value]) => [String(key), String(value)]));
}
