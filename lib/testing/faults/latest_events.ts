import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance, quotedString } from "@duckdb/node-api";
import { readParquet } from "../../parquet/read_parquet.ts";

/**
 * The latest events of each key in a directory's event files, without times: a line of JSON per event of the newest batch, which
 * has many for a ranking. Throws when one of the files that readers see can't be read.
 */
export async function latestEvents(directory: string, key: readonly string[]): Promise<string[]> {
  const source = sourceOf(directory);
  if (source === undefined) return [];
  return linesOf(`SELECT * EXCLUDE event_ts_utc FROM (
    SELECT * FROM ${source} QUALIFY rank() OVER (
      PARTITION BY ${key.join(", ")} ORDER BY event_ts_utc DESC, status DESC, details DESC) = 1)`);
}

/**
 * The rows of a directory's files that belong to the valid comparison of their pair of runs, without times: the batch of its last
 * event with status `ok` in `events`, another directory. Throws when one of the files that readers see can't be read.
 */
export async function validChanges(directory: string, events: string): Promise<string[]> {
  const [source, valid] = [sourceOf(directory), sourceOf(events)];
  if (source === undefined) return [];
  // Without an event, none of the rows is valid, but the files must still be readable.
  const batches =
    valid === undefined
      ? `SELECT event_ts_utc, from_run, to_run FROM ${source} LIMIT 0`
      : `SELECT max(event_ts_utc) AS event_ts_utc, from_run, to_run FROM ${valid} WHERE status = 'ok' GROUP BY ALL`;
  return linesOf(`SELECT * EXCLUDE event_ts_utc
    FROM (SELECT * FROM ${source}) SEMI JOIN (${batches}) USING (event_ts_utc, from_run, to_run)`);
}

function sourceOf(directory: string): string | undefined {
  const files = filesForReaders(directory);
  return files.length === 0 ? undefined : readParquet(`[${files.map(quotedString).join(", ")}]`);
}

async function linesOf(select: string): Promise<string[]> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    const result = await connection.runAndReadAll(
      `SELECT to_json(t) AS line FROM (${select}) t ORDER BY line`,
    );
    return result.getRows().map(([line]) => String(line));
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
