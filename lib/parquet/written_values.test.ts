import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Column } from "../datasets/types.ts";
import { columnOf } from "../testing/columns.ts";
import type { ColumnData } from "./column_data.ts";
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

/** Rows of an id and a title, each with a reference to the id. */
function rowsOf(...rows: [bigint | null, string | null][]): ColumnData[] {
  const values = [
    rows.map(([id]) => id),
    rows.map(([, title]) => title),
    rows.map(([id]) => [[id ?? 0n, "x"]]),
    rows.map(() => []),
  ];
  return columns.map(({ type }, index) => columnOf(type, values[index] ?? []));
}

function accountOf(...blocks: ColumnData[][]) {
  const account = new ValueAccount(columns);
  for (const block of blocks) account.add(block);
  return account.end();
}

const digest = (...values: bigint[]) => createHash("sha256").update(BigInt64Array.from(values)).digest("hex");

test("accounts for bytes of texts and numbers in order, without NULLs", () => {
  const account = accountOf(rowsOf([3n, "é"], [null, "abc"], [7n, null]));
  assert.deepEqual(account, {
    bytes: { title: 5 },
    numbers: { id: digest(3n, 7n), "refs.ref_id": digest(3n, 0n, 7n) },
  });
});

test("depends on the order of values but not on blocks", () => {
  const [one, two, three]: [bigint, string][] = [
    [1n, "a"],
    [2n, "b"],
    [3n, "c"],
  ] as never;
  const whole = accountOf(rowsOf(one, two, three));
  assert.deepEqual(accountOf(rowsOf(one), rowsOf(two, three)), whole);
  assert.notDeepEqual(accountOf(rowsOf(one, three, two)), whole);
});
