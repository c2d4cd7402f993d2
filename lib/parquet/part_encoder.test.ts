import assert from "node:assert/strict";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../testing/files.ts";
import { parquetColumns } from "../testing/parquet.ts";
import { type ColumnBuffers, columnBuffers, Int64Buffers } from "./column_buffers.ts";
import { writePart } from "./part_encoder.ts";
import { rowsInFooter } from "./verify_part.ts";

const ID = [{ name: "id", type: "BIGINT" }] as const;

function ids(rows: number): ColumnBuffers {
  const column = new Int64Buffers();
  for (let id = 0; id < rows; id++) column.append(id, 0);
  return column;
}

test("a part has one row group, and nothing else is left beside it", async (t) => {
  const dir = temporaryDirectory(t);
  for (const rows of [0, 1, 2047, 2049, 300_001]) {
    const path = join(dir, `${rows}.parquet`);
    await writePart(path, ID, [ids(rows)], rows);
    assert.equal(await rowsInFooter(path), rows);
  }
  assert.deepEqual((await readdir(dir)).sort(), [
    "0.parquet",
    "1.parquet",
    "2047.parquet",
    "2049.parquet",
    "300001.parquet",
  ]);
});

test("the same rows give the same bytes, also when several parts are written at once", async (t) => {
  const dir = temporaryDirectory(t);
  const paths = ["a", "b", "c"].map((name) => join(dir, `${name}.parquet`));
  await Promise.all(paths.map((path) => writePart(path, ID, [ids(5000)], 5000)));
  const [first, ...others] = await Promise.all(paths.map((path) => readFile(path)));
  for (const other of others) assert.deepEqual(other, first);
});

test("a directory may have characters in its name that DuckDB takes for a pattern", async (t) => {
  const dir = join(temporaryDirectory(t), "it's [a]*?{b}");
  await mkdir(dir);
  await writePart(join(dir, "part.parquet"), ID, [ids(3)], 3);
  assert.equal(await rowsInFooter(join(dir, "part.parquet")), 3);
});

test("more columns than a short list of the format holds", async (t) => {
  const path = join(temporaryDirectory(t), "part.parquet");
  const declared = Array.from({ length: 40 }, (_, index) => ({
    name: `column_${index}`,
    type: "BIGINT" as const,
  }));
  await writePart(
    path,
    declared,
    declared.map(() => ids(3)),
    3,
  );
  assert.deepEqual(
    await parquetColumns(path),
    declared.map(({ name }) => `${name} BIGINT`),
  );
});

test("a part goes to a new file only, and to a directory that is there", async (t) => {
  const dir = temporaryDirectory(t);
  const rows = columnBuffers("BIGINT");
  await assert.rejects(writePart(join(dir, "no", "part.parquet"), ID, [rows], 0), /ENOENT.*no/);
  await mkdir(join(dir, "part.parquet"));
  await assert.rejects(writePart(join(dir, "part.parquet"), ID, [rows], 0), /part\.parquet/);
});
