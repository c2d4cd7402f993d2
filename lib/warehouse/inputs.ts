import { quotedString } from "@duckdb/node-api";
import { ExpectedError } from "../cli/errors.ts";
import { artistAliasesV1 } from "../datasets/artist_aliases_v1.ts";
import { artistMembershipsV1 } from "../datasets/artist_memberships_v1.ts";
import { artistsV1 } from "../datasets/artists_v1.ts";
import { releasesV6 } from "../datasets/releases_v6.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { releaseLabelXrefV1, type WarehouseDataset } from "../datasets/warehouse.ts";
import { PARQUET_FILES } from "../files/paths.ts";
import { readParquet } from "../parquet/read_parquet.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import { stateOf } from "../sql/duckdb/table_sql.ts";

const INPUTS: Readonly<Record<string, readonly TableDeclaration[]>> = {
  artist_name_map_v1: [artistsV1, artistAliasesV1, artistMembershipsV1],
  label_release_counts_v1: [releaseLabelXrefV1],
};

/** The datasets that a warehouse dataset is made of: those that its file in `sql/warehouse/` reads. */
export function inputsOf(dataset: WarehouseDataset): readonly TableDeclaration[] {
  return INPUTS[dataset.table] ?? [releasesV6];
}

/**
 * Makes sure that all inputs of a dataset are in the run, with all their columns: runs of the Python original lack
 * the columns that the warehouse is made of, and reading those as NULL would give an empty dataset.
 */
export async function requireInputs(
  session: DuckDbSession,
  runDir: string,
  dataset: WarehouseDataset,
): Promise<void> {
  for (const input of inputsOf(dataset)) {
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
