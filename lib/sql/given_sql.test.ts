import assert from "node:assert/strict";
import { test } from "node:test";
import { isMeantAsFile } from "./given_sql.ts";

test("an argument without white space, or with a suffix like .sql, is meant as a file unless it is SQL", () => {
  const files = [
    "q.sql",
    "q.sqll",
    "q.slq",
    "select.sql",
    "q.txt",
    "sql/q",
    "../q",
    "countries",
    "my query.sqll",
  ];
  for (const given of files) assert.ok(isMeantAsFile(given), given);
  const statements = [
    "SELECT 1",
    "selct 1",
    "selct",
    "SHOW",
    "SELECT(1)",
    "SELECT*FROM(VALUES(1))",
    "SELECT/**/1.5",
    "(SELECT'a/b')",
    "SELECT * FROM hive.x.sql",
    "DROP TABLE hive.discogs.labels_ref_v10",
    "-- a/b.sql\nSELECT 1",
    ";",
    "",
  ];
  for (const given of statements) assert.ok(!isMeantAsFile(given), given);
});
