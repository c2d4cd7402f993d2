import assert from "node:assert/strict";
import { test } from "node:test";
import { ExpectedError } from "../../cli/errors.ts";
import type { ExternalTable } from "../engine.ts";
import {
  commentedLocation,
  createTable,
  hasLocationInComment,
  inCatalog,
  insertStatements,
  isSameTable,
  shownLocation,
} from "./text.ts";

const table: ExternalTable = {
  name: "t",
  columns: [
    { name: "id", type: "BIGINT" },
    { name: "refs", type: { array: { row: [{ name: "a", type: "BIGINT" }] } } },
  ],
  location: "active/t",
  files: "parquet",
};

const BEGIN = "INSERT INTO p VALUES ";

test("puts groups of rows into one INSERT if they fit", () => {
  assert.deepEqual(
    insertStatements(
      "p",
      [
        [["a", 1n]],
        [],
        [
          ["b", 2n],
          ["c", 3n],
        ],
      ],
      1000,
    ),
    [`${BEGIN}('a', BIGINT '1'), ('b', BIGINT '2'), ('c', BIGINT '3')`],
  );
  assert.deepEqual(insertStatements("p", [], 1000), []);
  assert.deepEqual(insertStatements("p", [[], []], 1000), []);
});

test("else into as few as the maximum query length allows, in order, without splitting a group", () => {
  const groups = Array.from({ length: 40 }, (_, run) =>
    Array.from({ length: 1 + (run % 3) }, (_, place) => [`it's run ${run}`, BigInt(place)]),
  );
  const [whole = ""] = insertStatements("p", groups, 100_000);
  const texts = groups.map((rows) => insertStatements("p", [rows], 100_000)[0]?.slice(BEGIN.length) ?? "");
  const longest = BEGIN.length + Math.max(...texts.map(({ length }) => length));
  const limits = Array.from({ length: 80 }, (_, more) => longest + more);
  for (const limit of [...limits, 1000]) {
    const statements = insertStatements("p", groups, limit);
    assert.ok(statements.every(({ length }) => length <= limit));
    assert.equal(BEGIN + statements.map((text) => text.slice(BEGIN.length)).join(", "), whole);
    let next = 0;
    for (const statement of statements) {
      let values = texts[next++] ?? "";
      while (values.length < statement.length - BEGIN.length) values += `, ${texts[next++]}`;
      assert.equal(statement, BEGIN + values, "it begins and ends with a group");
      const following = texts[next];
      if (following !== undefined)
        assert.ok(statement.length + 2 + following.length > limit, "as few as possible");
    }
    assert.equal(next, groups.length);
  }
});

test("refuses a group longer than the maximum query length, wherever it is", () => {
  const small = [["a"]];
  const large = [["b".repeat(50)], ["c".repeat(50)]];
  assert.equal(insertStatements("p", [small, large], BEGIN.length + 110).length, 2);
  for (const groups of [[large], [large, small], [small, small, large]]) {
    assert.throws(
      () => insertStatements("p", groups, BEGIN.length + 109),
      (error) => {
        assert.ok(error instanceof ExpectedError);
        assert.match(
          error.message,
          /^nothing was appended to p: .* INSERT of 131 characters, .* accepts 130 \(/,
        );
        return true;
      },
    );
  }
});

test("literals are typed, and quotes are escaped", () => {
  const row = [-(2n ** 63n), "a'); DROP TABLE t --", null, true, new Date("2026-01-02T03:04:05.678Z")];
  assert.deepEqual(insertStatements("p", [[row]], 1000), [
    "INSERT INTO p VALUES (BIGINT '-9223372036854775808', 'a''); DROP TABLE t --', NULL, true, " +
      "TIMESTAMP '2026-01-02 03:04:05.678')",
  ]);
});

test("recognises a table in SHOW CREATE TABLE, unless column, type or location differ", () => {
  const wanted = createTable('"hive"."s"."t"', table, "local:///active/t");
  const shown = (location: string, type: string) =>
    `CREATE TABLE hive.s.t (\n   id bigint,\n   refs ${type}\n)\nWITH (\n   external_location = '${location}',\n` +
    "   format = 'PARQUET'\n)";
  assert.ok(isSameTable(shown("local:///active/t", "array(ROW(a bigint))"), wanted));
  assert.ok(!isSameTable(shown("local:///Active/t", "array(ROW(a bigint))"), wanted));
  assert.ok(!isSameTable(shown("local:///active/t", "array(ROW(a varchar))"), wanted));
  assert.ok(!isSameTable(shown("local:///active/t", "array(ROW(b bigint))"), wanted));
});

test("recognises a table with and without its location in the comment", () => {
  const location = "local:///_runs/it's/t";
  const wanted = createTable("p", table, location);
  const shown = wanted.replace(" COMMENT", "\nCOMMENT").replace(" WITH", "\nWITH");
  const bare = shown.replace(/COMMENT '.*'\n/, "");
  const other = createTable("p", { ...table, columns: table.columns.slice(1) }, location);
  assert.deepEqual(
    [shown, bare, other].map((text) => [isSameTable(text, wanted), hasLocationInComment(text, location)]),
    [
      [true, true],
      [true, false],
      [false, true],
    ],
  );
  assert.ok(!hasLocationInComment(shown, "local:///_runs/it"));
  assert.equal(shownLocation(shown, "local:///"), "_runs/it's/t");
  assert.equal(shownLocation(shown.replace("/t',", "/t/',"), "local:///"), "_runs/it's/t");
  assert.equal(shownLocation("CREATE VIEW v AS SELECT 1", "local:///"), "");
  assert.equal(commentedLocation("Parquet files in local:///_runs/r/t", "local:///"), "_runs/r/t");
  assert.equal(commentedLocation("Parquet files in s3://b/x/t", "s3://b/lake/"), "s3://b/x/t");
  assert.equal(commentedLocation("somebody's words", "local:///"), undefined);
});

test("recognises a table of a Hive metastore, which writes file: with one slash", () => {
  const wanted = createTable("p", table, "file:///srv/lake/active/t");
  const kept = (root: string) => wanted.replace("'file:///srv/lake", `'${root}`);
  assert.ok(isSameTable(kept("file:/srv/lake"), wanted));
  assert.ok(!isSameTable(kept("file:/srv/lake2"), wanted));
  assert.ok(!isSameTable(kept("/srv/lake"), wanted));
});

test("names are checked, locations are literals", () => {
  assert.throws(
    () => createTable("p", { ...table, columns: [{ name: 'a"', type: "BIGINT" }] }, "x"),
    ExpectedError,
  );
  assert.match(createTable("p", table, "a' OR"), /external_location = 'a'' OR'/);
});

test("replaces the catalog's name only where it is a catalog", () => {
  assert.equal(inCatalog("SELECT 'hive.x' FROM hive.a.b", "hive"), "SELECT 'hive.x' FROM hive.a.b");
  assert.equal(
    inCatalog("SELECT 'hive.x', x.hive.y, beehive.z -- hive.a\nFROM HIVE.a.b, hive . c", "lake"),
    "SELECT 'hive.x', x.hive.y, beehive.z -- hive.a\nFROM lake.a.b, lake . c",
  );
});
