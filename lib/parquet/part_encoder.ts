import { DuckDBInstance, DuckDBPendingResultState, quotedString } from "@duckdb/node-api";
import type { PlainFile } from "./plain_file.ts";

/** How the files of parts are encoded; docs/performance.md has what was measured. */
const PARQUET_OPTIONS = [
  "FORMAT parquet",
  "PARQUET_VERSION v2",
  "COMPRESSION zstd",
  "COMPRESSION_LEVEL 2",
  "DICTIONARY_SIZE_LIMIT 1000",
  "WRITE_BLOOM_FILTER false",
];
/** DuckDB makes no row groups of fewer rows. */
const LEAST_GROUP_ROWS = 2048;

/**
 * Makes a part's Parquet file of a plain one with the same rows. All of it is done in the thread that calls.
 * @throws Error of DuckDB
 */
export async function encodePart(plain: PlainFile, path: string): Promise<void> {
  const options = [...PARQUET_OPTIONS, `ROW_GROUP_SIZE ${Math.max(plain.rows, LEAST_GROUP_ROWS)}`].join(", ");
  await run(`COPY (FROM read_parquet(${filePattern(plain.path)})) TO ${quotedString(path)} (${options})`);
}

/** The path as a text in SQL that is a pattern only this file fits. */
function filePattern(path: string): string {
  return quotedString(path.replace(/[*?[]/g, "[$&]"));
}

let instance: Promise<DuckDBInstance> | undefined;

/** Runs a statement in this thread, where DuckDB would take another one. */
async function run(sql: string): Promise<void> {
  instance ??= DuckDBInstance.create(":memory:", {
    threads: "1",
    temp_directory: "",
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
