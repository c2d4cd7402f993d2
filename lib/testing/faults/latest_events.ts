import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance, quotedString } from "@duckdb/node-api";
import { readParquet } from "../../parquet/read_parquet.ts";

/**
 * The latest events of each key in a directory's event files, without times: a line of JSON per event of the newest batch, which
 * has many for a ranking. Throws when one of the files that readers see can't be read.
 */
export async function latestEvents(directory: string, key: readonly string[]): Promise<string[]> {
  const files = filesForReaders(directory);
  if (files.length === 0) return [];
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    const source = readParquet(`[${files.map(quotedString).join(", ")}]`);
    const latest = `SELECT * FROM ${source} QUALIFY rank() OVER (
      PARTITION BY ${key.join(", ")} ORDER BY event_ts_utc DESC, status DESC, details DESC) = 1`;
    const result = await connection.runAndReadAll(
      `SELECT to_json(t) AS event FROM (SELECT * EXCLUDE event_ts_utc FROM (${latest})) t ORDER BY event`,
    );
    return result.getRows().map(([event]) => String(event));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function filesForReaders(directory: string): string[] {
  try {
    const names = readdirSync(directory).filter((name) => !/^[._]/.test(name));
    return names.map((name) => join(directory, name));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
