import assert from "node:assert/strict";
import { test } from "node:test";
import { ExpectedError } from "../../cli/errors.ts";
import type { ExternalTable } from "../engine.ts";
import { createTable, inCatalog, insertStatements, isSameTable } from "./text.ts";

const table: ExternalTable = {
  name: "t",
  columns: [
    { name: "id", type: "BIGINT" },
    { name: "refs", type: { array: { row: [{ name: "a", type: "BIGINT" }] } } },
  ],
  location: "active/t",
  files: "parquet",
};

test("rows go into as few INSERTs as the longest text of a query allows, in order", () => {
  const rows = Array.from({ length: 100 }, (_, index) => [BigInt(index), `it's ${index}`]);
  assert.equal(insertStatements("p", rows).length, 1);
  const statements = insertStatements("p", rows, 300);
  assert.ok(statements.every((statement) => statement.length <= 300));
  const values = (texts: readonly string[]) => texts.map((text) => text.replace("INSERT INTO p VALUES ", ""));
  assert.deepEqual(values(statements).join(", "), values(insertStatements("p", rows))[0]);
  for (const [index, statement] of statements.slice(1).entries()) {
    const first = /^INSERT INTO p VALUES (\(.*?\))/.exec(statement)?.[1] ?? "";
    assert.ok((statements[index]?.length ?? 0) + 2 + first.length > 300, "the row would have fitted before");
  }
  assert.deepEqual(insertStatements("p", []), []);
});

test("literals are typed, and a quote ends none", () => {
  const row = [-(2n ** 63n), "a'); DROP TABLE t --", null, true, new Date("2026-01-02T03:04:05.678Z")];
  assert.deepEqual(insertStatements("p", [row]), [
    "INSERT INTO p VALUES (BIGINT '-9223372036854775808', 'a''); DROP TABLE t --', NULL, true, " +
      "TIMESTAMP '2026-01-02 03:04:05.678')",
  ]);
});

test("a table is the same as SHOW CREATE TABLE prints it, and another with another column, type or location", () => {
  const wanted = createTable('"hive"."s"."t"', table, "local:///active/t");
  const shown = (location: string, type: string) =>
    `CREATE TABLE hive.s.t (\n   id bigint,\n   refs ${type}\n)\nWITH (\n   external_location = '${location}',\n` +
    "   format = 'PARQUET'\n)";
  assert.ok(isSameTable(shown("local:///active/t", "array(ROW(a bigint))"), wanted));
  assert.ok(!isSameTable(shown("local:///Active/t", "array(ROW(a bigint))"), wanted));
  assert.ok(!isSameTable(shown("local:///active/t", "array(ROW(a varchar))"), wanted));
  assert.ok(!isSameTable(shown("local:///active/t", "array(ROW(b bigint))"), wanted));
});

test("a table that a Hive metastore keeps is the same, though it writes file: with one slash", () => {
  const wanted = createTable("p", table, "file:///srv/lake/active/t");
  const kept = (root: string) => wanted.replace("file:///srv/lake", root);
  assert.ok(isSameTable(kept("file:/srv/lake"), wanted));
  assert.ok(!isSameTable(kept("file:/srv/lake2"), wanted));
  assert.ok(!isSameTable(kept("/srv/lake"), wanted));
});

test("names are on the allow-list, locations are literals", () => {
  assert.throws(
    () => createTable("p", { ...table, columns: [{ name: 'a"', type: "BIGINT" }] }, "x"),
    ExpectedError,
  );
  assert.match(createTable("p", table, "a' OR"), /external_location = 'a'' OR'/);
});

test("the catalog's name is replaced where it is a catalog's", () => {
  assert.equal(inCatalog("SELECT 'hive.x' FROM hive.a.b", "hive"), "SELECT 'hive.x' FROM hive.a.b");
  assert.equal(
    inCatalog("SELECT 'hive.x', x.hive.y, beehive.z -- hive.a\nFROM HIVE.a.b, hive . c", "lake"),
    "SELECT 'hive.x', x.hive.y, beehive.z -- hive.a\nFROM lake.a.b, lake . c",
  );
});
