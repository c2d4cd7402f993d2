import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { ColumnType } from "../datasets/types.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { parquetRows } from "../testing/parquet.ts";
import { appendRows, type ColumnBuffers, columnBuffers, sourceOf } from "./column_buffers.ts";
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

/** What DuckDB reads of a plain file with these columns twice. */
async function readTwice(
  dir: string,
  type: ColumnType,
  columns: Record<string, ColumnBuffers>,
): Promise<Record<string, unknown>[]> {
  const declared = Object.keys(columns).map((name) => ({ name, type }));
  const plain = new PlainFile(join(dir, `${files++}.parquet`), declared);
  const [{ length }] = Object.values(columns) as [ColumnBuffers];
  for (let time = 0; time < 2 && length > 0; time++) plain.add(Object.values(columns), length);
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
  test(`${name}: what is appended, in pieces copied from other buffers, is what DuckDB reads`, async (t) => {
    const dir = temporaryDirectory(t);
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitrary, { maxLength: 60 }),
        fc.nat(60),
        fc.nat(60),
        async (values, a, b) => {
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
          assert.deepEqual(
            await readTwice(dir, type, { source, target }),
            [...values, ...values].map((value) => ({ source: json(value), target: json(value) })),
          );
        },
      ),
    );
  });
}

test("columns of different types cannot be mixed", () => {
  assert.throws(() => appendRows(columnBuffers("BIGINT"), columnBuffers("VARCHAR"), 0, 0), TypeError);
});
