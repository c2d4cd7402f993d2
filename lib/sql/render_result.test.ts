import assert from "node:assert/strict";
import { test } from "node:test";
import type { QueryResult, SqlValue } from "./engine.ts";
import { csvOf, resultCsv, tableOf } from "./render_result.ts";

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

test("CSV has exact numbers, empty fields for NULL and quotes where needed", () => {
  assert.equal(
    resultCsv(result),
    'n,text,ts,refs\n9007199254740993,"a ""b"",\nc",2026-01-02 03:04:05.678,"[{""a"":9007199254740993}]"\n1,,,\n',
  );
});

async function textOf(texts: AsyncIterable<string>): Promise<string> {
  let all = "";
  for await (const text of texts) all += text;
  return all;
}

async function* inParts(whole: QueryResult, size: number): AsyncGenerator<QueryResult> {
  for (let row = 0; row === 0 || row < whole.rows.length; row += size) {
    yield { columns: whole.columns, rows: whole.rows.slice(row, row + size) };
  }
}

test("lists and rows are JSON, with exact numbers and the same times as elsewhere", () => {
  const nested: QueryResult = {
    columns: [
      { name: "a", type: "ARRAY(ROW(price DECIMAL(10, 2), at TIMESTAMP(3), name VARCHAR, score DOUBLE))" },
    ],
    rows: [
      [[{ price: "1.50", at: new Date("2026-01-02T03:04:05.678Z"), name: "1", score: Number.NaN }, null]],
    ],
  };
  const [, line = ""] = resultCsv(nested).split("\n");
  assert.equal(
    line.replaceAll('""', '"'),
    '"[{"price":1.50,"at":"2026-01-02 03:04:05.678","name":"1","score":"NaN"},null]"',
  );
});

test("CSV in parts is the same text, even for rows of one empty field and for no rows", async () => {
  const blank: QueryResult = { columns: [{ name: "a", type: "VARCHAR" }], rows: [["x"], [null], [""]] };
  assert.equal(resultCsv(blank), "a\nx\n\n\n");
  for (const whole of [result, blank, { ...result, rows: [] }]) {
    for (const size of [1, 2, 10]) assert.equal(await textOf(csvOf(inParts(whole, size))), resultCsv(whole));
  }
});

test("a table is aligned, with numbers to the right and each row on one line", async () => {
  for (const size of [1, 10]) {
    assert.deepEqual((await textOf(tableOf(inParts(result, size)))).split("\n"), [
      "               n  text      ts                       refs",
      '9007199254740993  a "b", c  2026-01-02 03:04:05.678  [{"a":9007199254740993}]',
      "               1  NULL      NULL                     NULL",
      "",
    ]);
  }
  const columns = ["INTEGER", "DOUBLE"].map((type) => ({ name: type.toLowerCase(), type }));
  const numbers = tableOf(inParts({ columns, rows: [[7, 0.25]] }, 1));
  assert.equal(await textOf(numbers), "integer  double\n      7    0.25\n");
  const none = await textOf(tableOf(inParts({ ...result, rows: [] }, 1)));
  assert.equal(none, "n  text  ts  refs\n");
});

test("the first thousand rows determine a table's widths, and every row is printed", async () => {
  const columns = [
    { name: "n", type: "BIGINT" },
    { name: "t", type: "VARCHAR" },
  ];
  const rows = Array.from({ length: 2500 }, (_, n): SqlValue[] => [
    n === 900 ? 22 : n < 2000 ? 1 : 1234567,
    "x",
  ]);
  const lines = (await textOf(tableOf(inParts({ columns, rows }, 700)))).split("\n");
  assert.equal(lines.length, 2502);
  assert.deepEqual([lines[1], lines[2000], lines[2001]], [" 1  x", " 1  x", "1234567  x"]);
});
