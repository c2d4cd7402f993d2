import assert from "node:assert/strict";
import test from "node:test";
import type { ColumnType } from "../datasets/types.ts";
import { columnOf, type Value, valuesOf } from "../testing/columns.ts";
import { packColumns, unpackColumns } from "./packed_columns.ts";

// Packing and unpacking preserves columns, whatever the capacity of their buffers.

const TYPES: readonly ColumnType[] = [
  "BIGINT",
  "VARCHAR",
  "BOOLEAN",
  { array: "VARCHAR" },
  {
    array: {
      row: [
        { name: "id", type: "BIGINT" },
        { name: "name", type: "VARCHAR" },
      ],
    },
  },
];
const declared = TYPES.map((type) => ({ type }));

const ROWS: readonly Value[][] = [
  [1n, null, 3n],
  ["one", "", "\u{1f3b5}"],
  [true, false, true],
  [["a", "b"], [], ["c"]],
  [
    [
      [7n, "seven"],
      [null, "eight"],
    ],
    null,
    [[9n, null]],
  ],
];

/** Three rows of every type, with NULL, an empty text, an empty list and a character of four bytes. */
const threeRows = () => TYPES.map((type, index) => columnOf(type, ROWS[index] ?? []));

test("unpacked columns have the packed rows", () => {
  const columns = unpackColumns(packColumns(threeRows()), declared);
  assert.deepEqual(columns.map(valuesOf), threeRows().map(valuesOf));
});

test("all columns are in one piece of memory, and found in it after a transfer", () => {
  const packed = packColumns(threeRows());
  const moved = structuredClone(packed, { transfer: [packed] });
  assert.equal(packed.byteLength, 0);
  assert.deepEqual(unpackColumns(moved, declared).map(valuesOf), threeRows().map(valuesOf));
});

test("columns without rows", () => {
  const columns = unpackColumns(packColumns(TYPES.map((type) => columnOf(type, []))), declared);
  assert.deepEqual(columns.map(valuesOf), [[], [], [], [], []]);
});
