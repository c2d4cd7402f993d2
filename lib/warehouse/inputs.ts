import { quotedString } from "@duckdb/node-api";
import { ExpectedError } from "../cli/errors.ts";
import type { WarehouseDataset } from "../datasets/warehouse.ts";
import { PARQUET_FILES } from "../files/paths.ts";
import { readParquet } from "../parquet/read_parquet.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import { stateOf } from "../sql/duckdb/table_sql.ts";

/**
 * Makes sure that all that a dataset reads is in the run, with all their columns: runs of the Python original lack
 * the columns that the warehouse is made of, and reading those as NULL would give an empty dataset.
 */
export async function requireInputs(
  session: DuckDbSession,
  runDir: string,
  dataset: WarehouseDataset,
): Promise<void> {
  for (const input of dataset.reads) {
    const directory = `${runDir}/${input.directory}`;
    if (stateOf(directory, "parquet") !== "files") {
      throw new ExpectedError(`${directory} has no data, which ${dataset.table} is made of: make it first`);
    }
    const described = await session.run(
      `DESCRIBE SELECT * FROM ${readParquet(quotedString(`${directory}/${PARQUET_FILES}`))}`,
    );
    const names = new Set(described.getColumnsJS()[0]);
    const absent = input.columns.filter(({ name }) => !names.has(name)).map(({ name }) => name);
    if (absent.length > 0) {
      throw new ExpectedError(
        `${directory} lacks ${absent.join(", ")}, so ${dataset.table} can't be made of it`,
      );
    }
  }
}
