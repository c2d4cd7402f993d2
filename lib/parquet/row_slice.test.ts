import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { ColumnType } from "../datasets/types.ts";
import { columnOf, type Value, valuesOf } from "../testing/columns.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { parquetRows } from "../testing/parquet.ts";
import type { ColumnData } from "./column_data.ts";
import { PlainFile } from "./plain_file.ts";
import { sliceRows } from "./row_slice.ts";

const STRUCT: ColumnType = {
  array: {
    row: [
      { name: "id", type: "BIGINT" },
      { name: "name", type: "VARCHAR" },
    ],
  },
};

const int = fc.option(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }));
const string = fc.option(fc.string({ unit: "grapheme", maxLength: 80 }));
const items = <T>(item: fc.Arbitrary<T>) => fc.option(fc.array(item, { minLength: 1, maxLength: 4 }));
const COLUMNS: [string, ColumnType, fc.Arbitrary<Value>][] = [
  ["BIGINT", "BIGINT", int],
  ["VARCHAR", "VARCHAR", string],
  ["BOOLEAN", "BOOLEAN", fc.option(fc.boolean())],
  ["ARRAY(VARCHAR)", { array: "VARCHAR" }, items(string)],
  ["ARRAY(ROW)", STRUCT, items(fc.tuple(int, string))],
];

/** Rows of a column in three slices, of which the middle one is sliced from a slice. */
function threeSlices(column: ColumnData, rows: number, from: number, to: number): ColumnData[] {
  const fromFirst = sliceRows(column, from, rows);
  return [sliceRows(column, 0, from), sliceRows(fromFirst, 0, to - from), sliceRows(column, to, rows)];
}

for (const [name, type, arbitrary] of COLUMNS) {
  test(`${name}: slices have the rows of the column, and DuckDB reads them as such`, async (t) => {
    const dir = temporaryDirectory(t);
    let files = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitrary, { maxLength: 60 }),
        fc.nat(60),
        fc.nat(60),
        async (values, a, b) => {
          const rows = values.length;
          const [from, to] = [Math.min(a, b, rows), Math.min(Math.max(a, b), rows)];
          const whole = columnOf(type, values);
          const slices = threeSlices(whole, rows, from, to);
          const expected = valuesOf(whole);
          assert.deepEqual(slices.flatMap(valuesOf), expected);
          const declared = [{ name: "value", type }];
          const [one, three] = ["one", "three"].map(
            (what) => new PlainFile(join(dir, `${files++}.${what}.parquet`), declared),
          ) as [PlainFile, PlainFile];
          if (rows > 0) {
            one.add([[whole]], rows);
            three.add(
              slices.filter((slice) => valuesOf(slice).length > 0).map((slice) => [slice]),
              rows,
            );
          }
          one.finish();
          three.finish();
          assert.deepEqual(await parquetRows(three.path), await parquetRows(one.path));
          if (typeof type === "string") {
            const found = (await parquetRows(one.path)).map(({ value }) => value);
            assert.deepEqual(
              found,
              values.map((value) => (typeof value === "bigint" ? String(value) : value)),
            );
          }
        },
      ),
    );
  });
}
