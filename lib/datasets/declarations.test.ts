import assert from "node:assert/strict";
import { test } from "node:test";
import { allTables, detailDatasets } from "./index.ts";
import type { ColumnType, TableDeclaration } from "./types.ts";

/** The type of a column, or of `list.field`; undefined where there is none. */
function typeOf({ columns }: TableDeclaration, path: string): ColumnType | undefined {
  const [name, field] = path.split(".");
  const type = columns.find((column) => column.name === name)?.type;
  if (field === undefined || type === undefined) return type;
  if (typeof type === "string" || type.array === "VARCHAR") return undefined;
  return type.array.row.find((each) => each.name === field)?.type;
}

test("tables and directories have names of their own, and so have the columns of each", () => {
  const unique = (names: readonly string[]) => assert.deepEqual([...new Set(names)], [...names]);
  unique(allTables.map(({ table }) => table));
  unique(allTables.map(({ directory }) => directory));
  for (const { columns } of allTables) unique(columns.map(({ name }) => name));
});

test("every dataset and every column is described by whole sentences", () => {
  for (const dataset of allTables) {
    assert.match(dataset.about, /^[A-Z].*\.$/s, dataset.table);
    for (const { name, about } of dataset.columns) {
      assert.match(about, /^[A-Z`].*\.$/, `${dataset.table}.${name}`);
    }
  }
});

test("keys are of columns that there are", () => {
  for (const dataset of allTables) {
    const { columns = [] } = dataset.key ?? {};
    assert.deepEqual(
      columns.filter((column) => typeOf(dataset, column) === undefined),
      [],
      dataset.table,
    );
  }
});

test("references are numbers, and lead to numbers of declared tables", () => {
  const references = allTables.flatMap((dataset) =>
    (dataset.references ?? []).map((reference) => ({ dataset, reference })),
  );
  assert.ok(references.length > 15);
  for (const { dataset, reference } of references) {
    const what = `${dataset.table} ${reference.columns.join(", ")}`;
    const target = allTables.find(({ table }) => table === reference.to.table);
    assert.ok(target !== undefined, what);
    assert.equal(reference.columns.length, reference.to.columns.length, what);
    for (const column of reference.columns)
      assert.equal(typeOf(dataset, column), "BIGINT", `${what}: ${column}`);
    for (const column of reference.to.columns)
      assert.equal(typeOf(target, column), "BIGINT", `${what}: ${column}`);
    const isOfLists = reference.columns.some((column) => column.includes("."));
    assert.ok(
      !isOfLists || reference.columns.length === 1,
      `${what}: a field of a list can't be one of several`,
    );
  }
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
