import { tmpdir } from "node:os";
import { quotedString } from "@duckdb/node-api";
import { datasetName } from "../datasets/dataset_name.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { PARQUET_FILES } from "../files/paths.ts";
import { temporaryDirectory } from "../files/temporary_directory.ts";
import { readParquet } from "../parquet/read_parquet.ts";
import { openSession } from "../sql/duckdb/session.ts";

/** The row counts of a run's datasets by name, from the footers of their files. Writes nothing into the lake. */
export async function parquetRows(
  dir: string,
  datasets: readonly TableDeclaration[],
): Promise<Map<string, number>> {
  const temporary = await temporaryDirectory(tmpdir(), "duckdb");
  const session = await openSession({ threads: 1, directories: [dir], temporary });
  try {
    const rows = new Map<string, number>();
    for (const { directory } of datasets) {
      const files = quotedString(`${dir}/${directory}/${PARQUET_FILES}`);
      const result = await session.run(`SELECT count(*) FROM ${readParquet(files)}`);
      rows.set(datasetName(directory), Number(result.getRows()[0]?.[0]));
    }
    return rows;
  } finally {
    await session.close();
  }
}
