import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { sqlFiles } from "../sql/sql_files.ts";
import { detailsModule } from "./details_module.ts";
import { allTables, detailDatasets, extractedDatasets } from "./index.ts";

const DETAILS = new URL("details/", import.meta.url);

test("tables and directories have names of their own", () => {
  const unique = (names: readonly string[]) => assert.deepEqual([...new Set(names)], [...names]);
  unique(allTables.map(({ table }) => table));
  unique(allTables.map(({ directory }) => directory));
});

test("the list of detail datasets has every file of details/, each named after its dataset", () => {
  const files = readdirSync(DETAILS).filter((file) => file !== "index.ts");
  assert.equal(
    readFileSync(new URL("index.ts", DETAILS), "utf8"),
    detailsModule(files),
    "run: bin/lake generate",
  );
  assert.deepEqual(
    detailDatasets.map(({ directory }) => `${directory}.ts`),
    files.sort(),
  );
});

test("scripts that make a benchmark's rows are each of a dataset", () => {
  const datasets = extractedDatasets.map(({ directory }) => `${directory}.sql`);
  const scripts = sqlFiles("bench");
  assert.ok(scripts.length > 0);
  assert.deepEqual(
    scripts.filter((script) => !datasets.includes(script)),
    [],
  );
});

test("every dataset and every column is described by whole sentences", () => {
  for (const dataset of allTables) {
    assert.match(dataset.about, /^[A-Z].*\.$/s, dataset.table);
    for (const { name, about } of dataset.columns) {
      assert.match(about, /^[A-Z`].*\.$/, `${dataset.table}.${name}`);
    }
  }
});

test("a field of a list is not one of several columns that refer to something", () => {
  const references = allTables.flatMap(({ table, references = [] }) =>
    references.map((each) => ({ table, ...each })),
  );
  assert.ok(references.length > 15);
  for (const { table, columns } of references)
    assert.ok(
      columns.length === 1 || columns.every((column) => !column.includes(".")),
      `${table} ${columns}`,
    );
});

test("detail datasets are keyed by their record and an ordinal, refer to their record, and no run needs them", () => {
  for (const { table, required, kind, key, references } of detailDatasets) {
    assert.deepEqual([kind, required], ["detail", false], table);
    assert.ok(key !== undefined && key.columns.length >= 2, `${table} has no key of an id and an ordinal`);
    assert.match(key.columns.at(-1) ?? "", /_no$/, table);
    assert.ok(
      references?.some(({ columns }) => columns.length === 1 && columns[0] === key.columns[0]),
      `${table} does not refer to its record`,
    );
  }
});
