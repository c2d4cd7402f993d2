import assert from "node:assert/strict";
import { test } from "node:test";
import { warehouseDatasets } from "../datasets/index.ts";
import { readSql, sqlFiles } from "../sql/sql_files.ts";

const views = sqlFiles("views");

/** The tables that a statement reads, including those behind views. */
function tablesOf(sql: string): string[] {
  const names = [...sql.matchAll(/\bhive\.discogs\.(\w+)/g)].map(([, name = ""]) => name);
  return names.flatMap((name) =>
    views.includes(`${name}.sql`) ? tablesOf(readSql(`views/${name}.sql`)) : [name],
  );
}

for (const { table, reads } of warehouseDatasets) {
  test(`${table} declares exactly the datasets that its SQL reads`, () => {
    const declared = reads.map((dataset) => dataset.table).sort();
    assert.deepEqual([...new Set(tablesOf(readSql(`warehouse/${table}.sql`)))].sort(), declared);
  });
}

test("a warehouse dataset is built after its inputs", () => {
  for (const [index, { reads }] of warehouseDatasets.entries()) {
    const later = warehouseDatasets.slice(index).map(({ table }) => table);
    assert.deepEqual(
      reads.filter(({ table }) => later.includes(table)),
      [],
    );
  }
});
