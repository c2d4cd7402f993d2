import { DuckDBInstance, DuckDBPendingResultState, quotedString } from "@duckdb/node-api";
import { patternOf, readParquet } from "./read_parquet.ts";

/** How files are encoded; see the measurements in docs/performance.md. */
const PARQUET_OPTIONS = [
  "FORMAT parquet",
  "PARQUET_VERSION v2",
  "COMPRESSION zstd",
  "DICTIONARY_SIZE_LIMIT 1000",
  "WRITE_BLOOM_FILTER false",
];

/**
 * Re-encodes a plain Parquet file. Runs entirely in the calling thread.
 * @param groupRows rows per row group, except the last, at least 2048
 * @param more further options of COPY
 * @throws Error of DuckDB
 */
export async function encodeFile(
  source: string,
  path: string,
  groupRows: number,
  more: readonly string[] = [],
): Promise<void> {
  const options = [...PARQUET_OPTIONS, `ROW_GROUP_SIZE ${groupRows}`, ...more].join(", ");
  await run(
    `COPY (FROM ${readParquet(quotedString(patternOf(source)))}) TO ${quotedString(path)} (${options})`,
  );
}

let instance: Promise<DuckDBInstance> | undefined;

/** Runs a statement in this thread, whereas DuckDB would use another one. */
async function run(sql: string): Promise<void> {
  instance ??= DuckDBInstance.create(":memory:", {
    threads: "1",
    // One thread reads one file, so the order is kept anyway. With `true`, DuckDB gathers batches that many threads could write.
    preserve_insertion_order: "false",
    temp_directory: "",
    // Otherwise a plain file with the path and size of an earlier one may be read as that one.
    enable_external_file_cache: "false",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await (await instance).connect();
  try {
    const pending = await connection.start(sql);
    while (pending.runTask() === DuckDBPendingResultState.RESULT_NOT_READY);
    await pending.getResult();
  } finally {
    connection.closeSync();
  }
}
