import { DuckDBInstance } from "@duckdb/node-api";

/** Opens a DuckDB file read-only, as tools do, and closes it afterwards. */
export async function withDuckdbFile<T>(
  path: string,
  fn: (query: (sql: string) => Promise<unknown[][]>) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY", threads: "1" });
  const connection = await instance.connect();
  try {
    return await fn(async (sql) => (await connection.runAndReadAll(sql)).getRowsJS());
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The run shown by a `discogs.duckdb`, and the names of its views. */
export async function shownIn(path: string): Promise<{ runId: string; views: string[] }> {
  return withDuckdbFile(path, async (query) => {
    const [[runId] = []] = await query("SELECT run_id FROM run");
    const views = await query("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL");
    return { runId: String(runId), views: views.map(([name]) => String(name)) };
  });
}
