import assert from "node:assert/strict";
import { join } from "node:path";
import { quotedString } from "@duckdb/node-api";
import type { TableDeclaration } from "../../datasets/types.ts";
import { readParquet } from "../../parquet/read_parquet.ts";
import { openRunEngine } from "../../sql/duckdb/open.ts";
import type { TestDatabase } from "./database.ts";

/** Asserts that each table has exactly the rows of its Parquet files. Returns the number of rows. */
export async function assertSameRows(
  database: TestDatabase,
  schema: string,
  dir: string,
  datasets: readonly TableDeclaration[],
): Promise<number> {
  const { engine, session } = await openRunEngine(dir, { threads: 1 });
  let rows = 0;
  try {
    for (const { directory, table, columns } of datasets) {
      const names = columns.map(({ name }) => `"${name}"`).join(", ");
      const files = readParquet(quotedString(join(dir, directory, "*.parquet")));
      const inFiles = (await session.run(`SELECT ${names} FROM ${files}`)).getRowsJson();
      const inTable = await database.rows(`SELECT ${names} FROM ${schema}.${table}`);
      assert.deepEqual(inTable.map(asText).sort(), inFiles.map(asText).sort(), table);
      rows += inTable.length;
    }
  } finally {
    await engine.close();
  }
  return rows;
}

/** Converts numbers to digits and sorts the fields of structs, which jsonb reorders. */
function asText(row: unknown): string {
  return JSON.stringify(row, (_key, value: unknown) => {
    if (typeof value === "number") return String(value);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
