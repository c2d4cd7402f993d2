import assert from "node:assert/strict";
import { test } from "node:test";
import type { QueryResult } from "./engine.ts";
import { resultCsv, resultTable } from "./render_result.ts";

const result: QueryResult = {
  columns: [
    { name: "n", type: "BIGINT" },
    { name: "text", type: "VARCHAR" },
    { name: "ts", type: "TIMESTAMP(3)" },
    { name: "refs", type: "ARRAY(ROW(a BIGINT))" },
  ],
  rows: [
    [9007199254740993n, 'a "b",\nc', new Date("2026-01-02T03:04:05.678Z"), [{ a: 9007199254740993n }]],
    [1n, null, null, null],
  ],
};

test("CSV has exact numbers, empty fields for NULL and quotes where they are needed", () => {
  assert.equal(
    resultCsv(result),
    'n,text,ts,refs\n9007199254740993,"a ""b"",\nc",2026-01-02 03:04:05.678,"[{""a"":""9007199254740993""}]"\n1,,,\n',
  );
});

test("a table is aligned, numbers to the right, each row on one line", () => {
  assert.deepEqual(resultTable(result), [
    "               n  text      ts                       refs",
    '9007199254740993  a "b", c  2026-01-02 03:04:05.678  [{"a":"9007199254740993"}]',
    "               1  NULL      NULL                     NULL",
  ]);
});
