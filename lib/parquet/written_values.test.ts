import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Column } from "../datasets/types.ts";
import {
  type ColumnBuffers,
  columnBuffers,
  Int64Buffers,
  ListBuffers,
  StructBuffers,
  Utf8Buffers,
} from "./column_buffers.ts";
import { ValueAccount } from "./written_values.ts";

const columns: readonly Column[] = [
  { name: "id", type: "BIGINT" },
  { name: "title", type: "VARCHAR" },
  {
    name: "refs",
    type: {
      array: {
        row: [
          { name: "ref_id", type: "BIGINT" },
          { name: "name", type: "VARCHAR" },
        ],
      },
    },
  },
  { name: "genres", type: { array: "VARCHAR" } },
];

/** Rows of an id and a title. */
function rowsOf(...rows: [number | null, string | null][]): ColumnBuffers[] {
  const buffers = columns.map(({ type }) => columnBuffers(type));
  const [ids, titles, refs, genres] = buffers;
  assert.ok(ids instanceof Int64Buffers && titles instanceof Utf8Buffers);
  assert.ok(
    refs instanceof ListBuffers && genres instanceof ListBuffers && refs.child instanceof StructBuffers,
  );
  for (const [id, title] of rows) {
    if (id === null) ids.appendNull();
    else ids.append(id, 0);
    if (title === null) titles.appendNull();
    else titles.append(title);
    const [refIds, names] = refs.child.fields;
    assert.ok(refIds instanceof Int64Buffers && names instanceof Utf8Buffers);
    refIds.append(id ?? 0, 0);
    names.append("x");
    for (const list of [refs, genres]) {
      list.validity.pushValid();
      list.offsets[list.length] = list.child.length;
    }
  }
  return buffers;
}

function accountOf(...blocks: ColumnBuffers[][]) {
  const account = new ValueAccount(columns);
  for (const block of blocks) account.add(block);
  return account.end();
}

const digest = (...values: bigint[]) => createHash("sha256").update(BigInt64Array.from(values)).digest("hex");

test("accounts for bytes of texts and numbers in order, without NULLs", () => {
  const account = accountOf(rowsOf([3, "é"], [null, "abc"], [7, null]));
  assert.deepEqual(account, {
    bytes: { title: 5 },
    numbers: { id: digest(3n, 7n), "refs.ref_id": digest(3n, 0n, 7n) },
  });
});

test("depends on the order of values but not on blocks", () => {
  const [one, two, three]: [number, string][] = [
    [1, "a"],
    [2, "b"],
    [3, "c"],
  ] as never;
  const whole = accountOf(rowsOf(one, two, three));
  assert.deepEqual(accountOf(rowsOf(one), rowsOf(two, three)), whole);
  assert.notDeepEqual(accountOf(rowsOf(one, three, two)), whole);
});
