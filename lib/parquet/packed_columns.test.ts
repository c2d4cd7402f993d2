import assert from "node:assert/strict";
import test from "node:test";
import type { ColumnType } from "../datasets/types.ts";
import { appendRows, BooleanBuffers, columnBuffers, Int64Buffers, Utf8Buffers } from "./column_buffers.ts";
import { copiedColumns, memoryOf, packColumns, unpackColumns } from "./packed_columns.ts";

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

function numbers(values: readonly (number | undefined)[]): Int64Buffers {
  const buffers = new Int64Buffers();
  for (const value of values) value === undefined ? buffers.appendNull() : buffers.append(value, 0);
  return buffers;
}

function texts(values: readonly (string | undefined)[]): Utf8Buffers {
  const buffers = new Utf8Buffers();
  for (const value of values) value === undefined ? buffers.appendNull() : buffers.append(value);
  return buffers;
}

function flags(values: readonly boolean[]): BooleanBuffers {
  const buffers = new BooleanBuffers();
  const validity = { bits: Uint8Array.of(0xff), length: values.length, nullCount: 0 };
  buffers.appendFrom({ kind: "boolean", validity, bytes: Uint8Array.from(values, Number) }, 0, values.length);
  return buffers;
}

/** Three rows of every type, with NULL, an empty text, an empty list and a character of four bytes. */
function threeRows() {
  const valid = { bits: Uint8Array.of(0xff), length: 3, nullCount: 0 };
  const offsets = Int32Array.of(0, 2, 2, 3);
  const id = numbers([7, undefined, 9]);
  const name = texts(["seven", "eight", undefined]);
  return [
    numbers([1, undefined, 3]),
    texts(["one", "", "\u{1f3b5}"]),
    flags([true, false, true]),
    { kind: "list", validity: valid, offsets, child: texts(["a", "b", "c"]) },
    { kind: "list", validity: valid, offsets, child: { kind: "struct", fields: [id, name] } },
  ] as const;
}

/** The same rows in separate buffers, which can be compared. */
function appended(columns: ReturnType<typeof unpackColumns>) {
  return TYPES.map((type, index) => {
    const buffers = columnBuffers(type);
    appendRows(buffers, columns[index] as (typeof columns)[number], 0, 3);
    return buffers;
  });
}

test("unpacked columns have the packed rows", () => {
  const columns = [...threeRows()];
  assert.deepEqual(appended(copiedColumns(columns, declared)), appended(columns));
});

test("all columns are in one piece of memory, and found in it after a transfer", () => {
  const packed = packColumns([...threeRows()]);
  const columns = unpackColumns(packed, declared);
  assert.equal(memoryOf(columns), packed);
  const moved = structuredClone(packed, { transfer: [packed] });
  assert.equal(packed.byteLength, 0);
  assert.deepEqual(appended(unpackColumns(moved, declared)), appended([...threeRows()]));
});

test("columns without rows", () => {
  const columns = copiedColumns(
    TYPES.map((type) => columnBuffers(type)),
    declared,
  );
  assert.deepEqual(
    columns.map((column) => (column.kind === "struct" ? undefined : column.validity.length)),
    [0, 0, 0, 0, 0],
  );
});
