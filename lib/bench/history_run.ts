import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance, quotedString } from "@duckdb/node-api";
import type { Logger } from "../cli/log.ts";
import { extractedDatasets, warehouseDatasets } from "../datasets/index.ts";
import { sealedDir } from "../files/paths.ts";
import { emptyRelation } from "../sql/duckdb/table_sql.ts";
import { readSql } from "../sql/sql_files.ts";
import { type BuildOptions, buildDataset } from "../warehouse/build.ts";

/** The run on which the history is measured. */
export const BENCH_RUN = "2026-09__20260914_120000";

/**
 * Makes a run with this many releases in a lake: canonical datasets by SQL (`sql/bench/`) rather than from XML, the warehouse as
 * usual. It has no manifest.
 */
export async function makeBenchRun(lake: string, releases: number, log: Logger): Promise<void> {
  const dir = sealedDir(lake, BENCH_RUN);
  const building = `${dir}.making`;
  await writeBenchRun(building, releases, { log, memoryLimit: "2GB" });
  await rename(building, dir);
}

/** Writes the datasets of such a run to a directory. The warehouse builds get `options`. */
export async function writeBenchRun(dir: string, releases: number, options: BuildOptions): Promise<void> {
  await makeExtracted(dir, releases);
  for (const dataset of warehouseDatasets) await buildDataset(dir, dataset, options);
}

async function makeExtracted(dir: string, releases: number): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`SET VARIABLE releases = ${Math.trunc(releases)}`);
  for (const { directory, columns } of extractedDatasets) {
    await mkdir(join(dir, directory), { recursive: true });
    const file = quotedString(join(dir, directory, "part-00000.parquet"));
    const select = `${emptyRelation(columns)} UNION ALL BY NAME FROM (\n${readSql(`bench/${directory}.sql`)})`;
    await connection.run(`COPY (${select}\n) TO ${file} (FORMAT parquet, COMPRESSION zstd)`);
  }
  connection.closeSync();
  instance.closeSync();
}
