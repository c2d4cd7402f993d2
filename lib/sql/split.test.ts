import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ExpectedError } from "../cli/errors.ts";
import { inSchema } from "./schema_names.ts";
import { segments, splitStatements } from "./split.ts";

const texts = (sql: string) => splitStatements(sql).map((statement) => statement.text);

test("semicolons in strings, quoted names and comments do not end a statement", () => {
  const sql = `SELECT ';', "a;b" -- no; end
    FROM t /* nor; here */ WHERE x = 'it''s;';
  SELECT 2`;
  assert.deepEqual(texts(sql), [
    `SELECT ';', "a;b" -- no; end\n    FROM t /* nor; here */ WHERE x = 'it''s;'`,
    "SELECT 2",
  ]);
});

test("a quote or comment mark inside another segment has no effect", () => {
  assert.deepEqual(texts(`SELECT '--', '/*' ; SELECT "'" ; SELECT 1 -- it's\n; SELECT 4 /* " ' */`), [
    `SELECT '--', '/*'`,
    `SELECT "'"`,
    "SELECT 1 -- it's",
    `SELECT 4 /* " ' */`,
  ]);
});

test("omits empty statements and comments, and records each statement's line", () => {
  const sql = "-- head; of the file\n;;\n\nSELECT 1;\n/* a\n b */ SELECT 2\n;\n -- end";
  assert.deepEqual(
    splitStatements(sql).map(({ text, line }) => [text.replace(/^.*\*\/ /s, ""), line]),
    [
      ["SELECT 1", 4],
      ["SELECT 2", 6],
    ],
  );
});

test("an unterminated segment is an error that names the line", () => {
  for (const sql of ["SELECT 1;\nSELECT 'x", 'SELECT 1;\nSELECT "x', "SELECT 1;\n/* x"]) {
    assert.throws(
      () => splitStatements(sql),
      (error) => {
        assert.ok(error instanceof ExpectedError);
        assert.match(error.message, /on line 2 that is not terminated/);
        return true;
      },
    );
  }
});

test("concatenated segments equal the text", () => {
  const piece = fc.constantFrom("a", ";", "'x;'", '"q"', "--c\n", "/*c*/", "''", " ", "\n", "-", "/", "*");
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const sql = pieces.join("");
      try {
        assert.equal(
          segments(sql)
            .map(({ text }) => text)
            .join(""),
          sql,
        );
      } catch (error) {
        assert.ok(error instanceof ExpectedError, String(error));
      }
    }),
  );
});

test("rewrites statements for the active run to another schema, except strings and comments", () => {
  assert.equal(
    inSchema(
      `SELECT 'hive.discogs.x' FROM hive.discogs.x -- hive.discogs.x\nJOIN HIVE.DISCOGS."y"`,
      "discogs_r_1",
    ),
    `SELECT 'hive.discogs.x' FROM hive.discogs_r_1.x -- hive.discogs.x\nJOIN hive.discogs_r_1."y"`,
  );
  assert.equal(
    inSchema("SELECT 1 FROM hive.discogs_history.x", "discogs_r_1"),
    "SELECT 1 FROM hive.discogs_history.x",
  );
  assert.throws(() => inSchema("SELECT 1", 'x"; DROP'), ExpectedError);
});
