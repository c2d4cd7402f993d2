import { closeSync, openSync, unlinkSync, writeFileSync } from "node:fs";
import { DuckDBInstance, DuckDBPendingResultState, quotedString } from "@duckdb/node-api";
import type { Column } from "../datasets/types.ts";
import type { ColumnData } from "./column_buffers.ts";
import { plainFile } from "./plain_file.ts";

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
 * Writes a part as a Parquet file: the rows go to DuckDB as a plain file beside it, which is removed. All of it is done
 * in the thread that calls. The columns are not read any more when the promise is given.
 * @throws Error of DuckDB or of the file system; a plain file may be left then
 */
export async function writePart(
  path: string,
  declared: readonly Column[],
  columns: readonly ColumnData[],
  rows: number,
): Promise<void> {
  const plain = `${path}.plain`;
  writePieces(plain, plainFile(declared, columns, rows));
  const options = [...PARQUET_OPTIONS, `ROW_GROUP_SIZE ${Math.max(rows, LEAST_GROUP_ROWS)}`].join(", ");
  await run(`COPY (FROM read_parquet(${filePattern(plain)})) TO ${quotedString(path)} (${options})`);
  unlinkSync(plain);
}

/** Without waiting for other threads, which on busy cores takes ten times as long. */
function writePieces(path: string, pieces: Iterable<Uint8Array>): void {
  const file = openSync(path, "wx");
  try {
    for (const piece of pieces) writeFileSync(file, piece);
  } finally {
    closeSync(file);
  }
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
