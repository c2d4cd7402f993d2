import { statSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance, quotedString } from "@duckdb/node-api";
import { silentLogger } from "../cli/log.ts";
import type { Entity } from "../datasets/declaration.ts";
import { extractedDatasets } from "../datasets/index.ts";
import { extractDump } from "../extract/extract_dump.ts";
import { inTemporaryDirectory } from "./temporary.ts";

/** The size of a dataset's files, and of DuckDB's own file of the same rows. */
export interface FileSizes {
  directory: string;
  rows: number;
  bytes: number;
  /** Bytes of `COPY ... (FORMAT parquet, COMPRESSION zstd)`. */
  copyBytes: number;
}

/** Makes all datasets of a dump, and a file of each with DuckDB's COPY. Omits empty ones. */
export async function fileSizes(entity: Entity, dump: string): Promise<FileSizes[]> {
  const datasets = extractedDatasets.filter((dataset) => dataset.entity === entity);
  return inTemporaryDirectory(async (dir) => {
    const outputs = datasets.map((dataset) => ({ dataset, out: join(dir, dataset.directory) }));
    const result = await extractDump({ source: dump, entity, outputs, clean: false, log: silentLogger });
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const sizes: FileSizes[] = [];
    for (const { directory, rows, files } of result.datasets.filter((dataset) => dataset.rows > 0)) {
      const copy = join(dir, `${directory}.parquet`);
      const from = quotedString(join(dir, directory, "*.parquet"));
      await connection.run(
        `COPY (FROM read_parquet(${from})) TO ${quotedString(copy)} (FORMAT parquet, COMPRESSION zstd)`,
      );
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      sizes.push({ directory, rows, bytes, copyBytes: statSync(copy).size });
    }
    connection.closeSync();
    instance.closeSync();
    return sizes;
  });
}
