import { DuckDBInstance, type Json } from "@duckdb/node-api";
import { readParquet } from "../parquet/read_parquet.ts";

/**
 * Rows of Parquet files (a path or a glob), in file order, as JSON; BIGINT is a string of digits. DuckDB makes the JSON, so
 * that these rows do not depend on how the project reads values.
 */
export async function parquetRows(files: string): Promise<Record<string, Json>[]> {
  const rows = await duckdbRows(`SELECT to_json(COLUMNS(*)) FROM ${readParquet(`'${files}'`)}`);
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, json]) => [name, fromJson(json)])),
  );
}

/** Parses JSON, its numbers as strings. */
function fromJson(json: Json | undefined): Json {
  if (typeof json !== "string") return null;
  return JSON.parse(json.replace(/("(?:[^"\\]|\\.)*")|-?[\d.]+/g, (token, text) => text ?? `"${token}"`));
}

/** Column names and DuckDB types of Parquet files, as `name TYPE`. */
export async function parquetColumns(files: string): Promise<string[]> {
  const columns = await duckdbRows(`DESCRIBE SELECT * FROM ${readParquet(`'${files}'`)}`);
  return columns.map((column) => `${column.column_name} ${column.column_type}`);
}

/** The key-value metadata of Parquet files (a path or a glob), by the name of each file. */
export async function parquetMetadata(files: string): Promise<Record<string, Record<string, string>>> {
  const found: Record<string, Record<string, string>> = {};
  const rows = await duckdbRows(
    `SELECT parse_filename(file_name) AS file, decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata('${files}')`,
  );
  for (const { file, key, value } of rows) {
    found[String(file)] = { ...found[String(file)], [String(key)]: String(value) };
  }
  return found;
}

async function duckdbRows(sql: string): Promise<Record<string, Json>[]> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
