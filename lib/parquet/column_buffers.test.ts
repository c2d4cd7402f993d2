import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ColumnType } from "../datasets/types.ts";
import { arrowSchema, arrowTable } from "./arrow_table.ts";
import { appendRows, type ColumnBuffers, columnBuffers, sourceOf } from "./column_buffers.ts";

type Value = bigint | string | null | Value[] | { [field: string]: Value };

const STRUCT: ColumnType = {
  array: {
    row: [
      { name: "id", type: "BIGINT" },
      { name: "name", type: "VARCHAR" },
    ],
  },
};

function append(column: ColumnBuffers, value: Value): void {
  if (column.kind === "int64") {
    if (typeof value === "bigint") column.append(Number(BigInt.asIntN(32, value)), Number(value >> 32n));
    else column.appendNull();
  } else if (column.kind === "utf8") {
    const source = sourceOf(String(value));
    if (value === null) column.appendNull();
    else column.append(source, 0, source.length);
  } else if (column.kind === "list") {
    for (const item of Array.isArray(value) ? value : []) append(column.child, item);
    column.end();
  } else {
    const fields = value as { id: Value; name: Value };
    append(column.fields[0] as ColumnBuffers, fields.id);
    append(column.fields[1] as ColumnBuffers, fields.name);
  }
}

function readBack(type: ColumnType, buffers: ColumnBuffers): Value[] {
  const schema = arrowSchema([{ name: "c", type }]);
  const table = arrowTable(schema, [buffers], buffers.length);
  return [...table].map((row) => plain(row?.c));
}

function plain(value: unknown): Value {
  if (value === null || typeof value === "bigint" || typeof value === "string") return value;
  const json = (value as { toJSON(): unknown }).toJSON();
  if (Array.isArray(json)) return json.map(plain);
  return Object.fromEntries(Object.entries(json as object).map(([key, field]) => [key, plain(field)]));
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
  test(`${name}: what is appended, in pieces copied from other buffers, is what Arrow reads`, () => {
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 40 }), fc.nat(40), fc.nat(40), (values, a, b) => {
        const [from, to] = [Math.min(a, b, values.length), Math.min(Math.max(a, b), values.length)];
        const source = columnBuffers(type);
        const target = columnBuffers(type);
        for (let round = 0; round < 2; round++) {
          source.clear();
          target.clear();
          for (const value of values) append(source, value);
          appendRows(target, source, 0, from);
          appendRows(target, source, from, to);
          appendRows(target, source, to, values.length);
        }
        assert.deepEqual(readBack(type, source), values);
        assert.deepEqual(readBack(type, target), values);
      }),
    );
  });
}

test("columns of different types cannot be mixed", () => {
  assert.throws(() => appendRows(columnBuffers("BIGINT"), columnBuffers("VARCHAR"), 0, 0), TypeError);
});
