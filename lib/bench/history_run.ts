import { join } from "node:path";
import { DuckDBInstance, quotedString } from "@duckdb/node-api";
import { extractedDatasets, warehouseDatasets } from "../datasets/index.ts";
import { makeDirectory } from "../files/files.ts";
import { emptyRelation } from "../sql/duckdb/table_sql.ts";
import { readSql, sqlFiles } from "../sql/sql_files.ts";
import { type BuildOptions, buildDataset } from "../warehouse/build.ts";

/**
 * Writes the datasets of a run with this many releases to a directory: those of the dumps by SQL (`sql/bench/`) rather than from
 * XML, empty where there is none, and the warehouse as usual. It has no manifest. The warehouse builds get `options`.
 */
export async function writeBenchRun(dir: string, releases: number, options: BuildOptions): Promise<void> {
  await makeExtracted(dir, releases);
  for (const dataset of warehouseDatasets) await buildDataset(dir, dataset, options);
}

async function makeExtracted(dir: string, releases: number): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`SET VARIABLE releases = ${Math.trunc(releases)}`);
  const scripts = sqlFiles("bench");
  for (const { directory, columns } of extractedDatasets) {
    await makeDirectory(join(dir, directory));
    const file = quotedString(join(dir, directory, "part-00000.parquet"));
    const script = `${directory}.sql`;
    const rows = scripts.includes(script) ? ` UNION ALL BY NAME FROM (\n${readSql(`bench/${script}`)})` : "";
    const select = `${emptyRelation(columns)}${rows}`;
    await connection.run(`COPY (${select}\n) TO ${file} (FORMAT parquet, COMPRESSION zstd)`);
  }
  connection.closeSync();
  instance.closeSync();
}
