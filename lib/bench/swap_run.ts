import { rename } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance, quotedIdentifier, quotedString } from "@duckdb/node-api";
import { canonicalDatasets, warehouseDatasets } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { makeDirectory } from "../files/files.ts";
import { sealedDir } from "../files/paths.ts";
import { emptyRelation } from "../sql/duckdb/table_sql.ts";

const PARTS = 8;
const ROWS_OF_PART = 1000;

/** The tables of a tagged run. */
export const taggedTables: readonly TableDeclaration[] = [...canonicalDatasets, ...warehouseDatasets];

/** The column that has the run id in every row of a tagged run. */
export function tagColumn({ table, columns }: TableDeclaration): string {
  const column = columns.find(({ type }) => type === "VARCHAR");
  if (column === undefined) throw new TypeError(`${table} has no column for a tag`);
  return column.name;
}

/**
 * Makes a run whose rows all name the run, so that a result with rows of two runs is detected. Each table has several parts,
 * like full-size months. It has no manifest.
 */
export async function makeTaggedRun(lake: string, runId: string): Promise<void> {
  const dir = sealedDir(lake, runId);
  const building = `${dir}.making`;
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  for (const table of taggedTables) {
    const directory = join(building, table.directory);
    await makeDirectory(directory);
    const rows = `SELECT ${quotedString(runId)} AS ${quotedIdentifier(tagColumn(table))} FROM range(${ROWS_OF_PART})`;
    const select = `${emptyRelation(table.columns)} UNION ALL BY NAME ${rows}`;
    for (let part = 0; part < PARTS; part += 1) {
      const file = quotedString(join(directory, `part-0000${part}.parquet`));
      await connection.run(`COPY (${select}) TO ${file} (FORMAT parquet, COMPRESSION zstd)`);
    }
  }
  connection.closeSync();
  instance.closeSync();
  await rename(building, dir);
}
