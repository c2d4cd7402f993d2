import assert from "node:assert/strict";
import { test } from "node:test";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { parseCsv } from "./csv.ts";

test("rows come back as csv-stringify wrote them", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "é", "") });
  const row = fc.record({ name: cell, details: cell }, { noNullPrototype: true });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), (rows) => {
      const text = stringify(rows, { header: true, columns: ["name", "details"] });
      assert.deepEqual(parseCsv(text), rows);
    }),
  );
});

test("CRLF ends a row too, and the last row needs no end", () => {
  assert.deepEqual(parseCsv("a,b\r\n1,\r\n2,3"), [
    { a: "1", b: "" },
    { a: "2", b: "3" },
  ]);
  assert.deepEqual(parseCsv("a,b\n1,"), [{ a: "1", b: "" }]);
  assert.deepEqual(parseCsv(""), []);
});

test("text after a closing quote is an error", () => {
  assert.throws(() => parseCsv('a,b\n"x"y,2\n'), /not CSV/);
});
