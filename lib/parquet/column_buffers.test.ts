import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { ArrayType, ColumnType, RowType } from "../datasets/types.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { parquetRows } from "../testing/parquet.ts";
import { appendRows, type ColumnData, columnBuffers, type ListData, Validity } from "./column_buffers.ts";
import { PlainFile } from "./plain_file.ts";

type Value = bigint | string | null | Value[] | { [field: string]: Value };

const STRUCT: ColumnType = {
  array: {
    row: [
      { name: "id", type: "BIGINT" },
      { name: "name", type: "VARCHAR" },
    ],
  },
};

/** A column with these values. */
function columnOf(type: ColumnType, values: readonly Value[]): ColumnData {
  if (typeof type === "object") return listOf(type, values);
  const column = columnBuffers(type);
  for (const value of values) {
    if (column.kind === "int64" && typeof value === "bigint")
      column.append(Number(BigInt.asIntN(32, value)), Number(value >> 32n));
    else if (column.kind === "utf8" && typeof value === "string") column.append(value);
    else if (column.kind === "int64" || column.kind === "utf8") column.appendNull();
  }
  return column;
}

function listOf({ array }: ArrayType, lists: readonly Value[]): ColumnData {
  const validity = new Validity();
  const offsets = [0];
  const items: Value[] = [];
  for (const list of lists) {
    if (Array.isArray(list)) validity.pushValid();
    else validity.pushNull();
    items.push(...(Array.isArray(list) ? list : []));
    offsets.push(items.length);
  }
  const child = array === "VARCHAR" ? columnOf("VARCHAR", items) : structOf(array, items);
  return { kind: "list", validity, offsets: Int32Array.from(offsets), child: child as ListData["child"] };
}

function structOf({ row }: RowType, items: readonly Value[]): ColumnData {
  const fields = row.map(({ name, type }) =>
    columnOf(
      type,
      items.map((item) => (item as { [field: string]: Value })[name] ?? null),
    ),
  );
  return { kind: "struct", fields };
}

/** What DuckDB reads from a plain file with these columns twice. */
async function readTwice(
  dir: string,
  type: ColumnType,
  columns: Record<string, ColumnData>,
  rows: number,
): Promise<Record<string, unknown>[]> {
  const declared = Object.keys(columns).map((name) => ({ name, type }));
  const plain = new PlainFile(join(dir, `${files++}.parquet`), declared);
  for (let time = 0; time < 2 && rows > 0; time++) plain.add([Object.values(columns)], rows);
  plain.finish();
  return parquetRows(plain.path);
}

let files = 0;

/** A value as it is in JSON, numbers as strings. */
function json(value: Value): unknown {
  return JSON.parse(JSON.stringify(value, (_, item) => (typeof item === "bigint" ? String(item) : item)));
}

const int = fc.option(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }));
const string = fc.option(fc.string({ unit: "grapheme", maxLength: 80 }));
const items = <T>(item: fc.Arbitrary<T>) => fc.option(fc.array(item, { minLength: 1, maxLength: 4 }));
const COLUMNS: [string, ColumnType, fc.Arbitrary<Value>][] = [
  ["BIGINT", "BIGINT", int],
  ["VARCHAR", "VARCHAR", string],
  ["ARRAY(VARCHAR)", { array: "VARCHAR" }, items(string)],
  ["ARRAY(ROW)", STRUCT, items(fc.record({ id: int, name: string }, { noNullPrototype: true }))],
];

for (const [name, type, arbitrary] of COLUMNS) {
  test(`${name}: DuckDB reads what was appended in pieces from other buffers`, async (t) => {
    const dir = temporaryDirectory(t);
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitrary, { maxLength: 60 }),
        fc.nat(60),
        fc.nat(60),
        async (values, a, b) => {
          const [from, to] = [Math.min(a, b, values.length), Math.min(Math.max(a, b), values.length)];
          const source = columnOf(type, values);
          const target = columnBuffers(type);
          for (let round = 0; round < 2; round++) {
            target.clear();
            appendRows(target, source, 0, from);
            appendRows(target, source, from, to);
            appendRows(target, source, to, values.length);
          }
          assert.deepEqual(
            await readTwice(dir, type, { source, target }, values.length),
            [...values, ...values].map((value) => ({ source: json(value), target: json(value) })),
          );
        },
      ),
    );
  });
}

test("refuses to mix columns of different types", () => {
  assert.throws(() => appendRows(columnBuffers("BIGINT"), columnBuffers("VARCHAR"), 0, 0), TypeError);
});
