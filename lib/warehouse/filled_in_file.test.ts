import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Column } from "../datasets/types.ts";
import { openRunEngine } from "../sql/duckdb/open.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { filledInFile } from "./filled_in_file.ts";

test("counts filled rows of scalars and lists, even in a file without rows", async (t) => {
  const dir = temporaryDirectory(t);
  const columns: Column[] = [
    { name: "a", type: "BIGINT" },
    { name: "b", type: "VARCHAR" },
    { name: "c", type: { array: "VARCHAR" } },
  ];
  const { engine, session } = await openRunEngine(dir);
  t.after(() => engine.close());
  for (const [name, rows] of [
    ["some", 250_000],
    ["none", 0],
  ] as const) {
    const path = join(dir, `${name}.parquet`);
    const values =
      "CASE WHEN i % 5 = 0 THEN NULL ELSE i END AS a, CAST(NULL AS VARCHAR) AS b, CASE WHEN i % 2 = 0 THEN ['x', NULL] END AS c";
    await session.run(`COPY (SELECT ${values} FROM range(${rows}) t(i)) TO '${path}' (FORMAT parquet)`);
    assert.deepEqual(await filledInFile(session, path, columns), { a: (rows * 4) / 5, b: 0, c: rows / 2 });
  }
});
