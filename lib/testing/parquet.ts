import { DuckDBInstance, type Json } from "@duckdb/node-api";

/** Rows of Parquet files (a path or a glob), in file order, as JSON; BIGINT is a string of digits. */
export async function parquetRows(files: string): Promise<Record<string, Json>[]> {
  return duckdbRows(`SELECT * FROM read_parquet('${files}')`);
}

/** Column names and DuckDB types of Parquet files, as `name TYPE`. */
export async function parquetColumns(files: string): Promise<string[]> {
  const columns = await duckdbRows(`DESCRIBE SELECT * FROM read_parquet('${files}')`);
  return columns.map((column) => `${column.column_name} ${column.column_type}`);
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
