import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { columnOf } from "../testing/columns.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { parquetColumns, parquetMetadata, parquetRows } from "../testing/parquet.ts";
import type { ColumnData } from "./column_data.ts";
import { DatasetWriter, type PartSink } from "./dataset_writer.ts";
import { noteSource } from "./file_metadata.ts";
import { PartFiles } from "./part_file.ts";
import { packColumns } from "./packed_columns.ts";
import { PartRows, type PartShape } from "./part_rows.ts";
import { rowsInFooter } from "./verify_part.ts";

const ID = {
  directory: "ids_v3",
  columns: [{ name: "id", type: "BIGINT" }],
  groupRows: 20_480,
} as const;

/** Rows with the ids `[from, to)`. */
const rowsOf = (from: number, to: number) => packColumns([ids(from, to)]);

/** A column of the ids `[from, to)`. */
function ids(from: number, to: number): ColumnData {
  return columnOf(
    "BIGINT",
    Array.from({ length: to - from }, (_, index) => BigInt(from + index)),
  );
}

/** Writes the only part of a dataset. */
async function writePart(declared: PartShape, path: string, columns: ColumnData[], rows: number) {
  const parts = new PartFiles(declared);
  parts.begin(path);
  parts.take(packColumns(columns));
  parts.append(0, rows);
  return parts.end();
}

test("parts have the added rows in order, and nothing else is left next to them", async (t) => {
  const dir = temporaryDirectory(t);
  const parts = new PartFiles(ID);
  for (const rows of [0, 1, 2047, 20_479, 20_480, 50_001]) {
    const path = join(dir, `${rows}.parquet`);
    parts.begin(path);
    for (let from = 0; from < rows; from += 3000) {
      const to = Math.min(rows, from + 3000);
      parts.take(rowsOf(from, to));
      parts.append(0, to - from);
    }
    const { rows: written, name } = await parts.end();
    assert.deepEqual([name, written, await rowsInFooter(path)], [`${rows}.parquet`, rows, rows]);
    const found = (await parquetRows(path)).map(({ id }) => Number(id));
    assert.deepEqual(
      found,
      Array.from({ length: rows }, (_, id) => id),
    );
  }
  assert.deepEqual((await readdir(dir)).length, 6);
});

test("a part whose file has other rows than were counted ends the dataset", async (t) => {
  const dir = temporaryDirectory(t);
  const files = new PartFiles(ID);
  const parts: PartSink = {
    begin: (path) => files.begin(path),
    take: (packed) => files.take(packed),
    append: (from, to) => files.append(from, to),
    end: async () => ({ ...(await files.end()), rows: 4 }),
    totals: () => files.totals(),
  };
  const writer = await DatasetWriter.open({ out: join(dir, "ids_v3"), parts, batch: 10, clean: false });
  await writer.append(rowsOf(0, 3), 3);
  await assert.rejects(writer.finish(undefined), /part-00000\.parquet has 3 rows, but 4 were written/);
  await writer.discard();
  assert.deepEqual(await readdir(dir), []);
});

test("the same rows yield the same bytes in any pieces, even while another part is written", async (t) => {
  const dir = temporaryDirectory(t);
  const rows = 30_000;
  const files = await Promise.all(
    [rows, 7000, 1000].map(async (step, index) => {
      const parts = new PartFiles(ID);
      const path = join(dir, `${index}.parquet`);
      parts.begin(path);
      parts.take(rowsOf(0, rows));
      for (let from = 0; from < rows; from += step) parts.append(from, Math.min(rows, from + step));
      await parts.end();
      return readFile(path);
    }),
  );
  for (const file of files) assert.deepEqual(file, files[0]);
});

test("a part has its own rows, even after one of the same size", async (t) => {
  const path = join(temporaryDirectory(t), "part.parquet");
  // NULLs take only a bit each, so the plain files have the same size.
  for (const rows of [3, 2, 1, 4]) {
    await writePart(ID, path, [columnOf("BIGINT", Array(rows).fill(null))], rows);
    assert.deepEqual(await parquetRows(path), Array(rows).fill({ id: null }));
    await rm(path);
  }
});

test("a directory name may have characters that DuckDB takes for a pattern", async (t) => {
  const dir = join(temporaryDirectory(t), "it's [a]*?{b}");
  await mkdir(dir);
  const path = join(dir, "part.parquet");
  await writePart(ID, path, [ids(0, 3)], 3);
  assert.equal(await rowsInFooter(path), 3);
});

test("directory names are not read as columns", async (t) => {
  const dir = join(temporaryDirectory(t), "env=prod", "id=7", "x");
  await mkdir(dir, { recursive: true });
  const path = join(dir, "part.parquet");
  await writePart(ID, path, [ids(0, 2)], 2);
  assert.deepEqual(await parquetColumns(path), ["id BIGINT"]);
  assert.deepEqual(await parquetRows(path), [{ id: "0" }, { id: "1" }]);
});

test("more columns than fit the format's short list", async (t) => {
  const path = join(temporaryDirectory(t), "part.parquet");
  const declared = Array.from({ length: 40 }, (_, index) => ({
    name: `column_${index}`,
    type: "BIGINT" as const,
  }));
  const columns = declared.map(() => ids(0, 3));
  await writePart({ ...ID, columns: declared }, path, columns, 3);
  assert.deepEqual(
    await parquetColumns(path),
    declared.map(({ name }) => `${name} BIGINT`),
  );
});

test("a part names its dataset and has exactly one placeholder for its source", async (t) => {
  const path = join(temporaryDirectory(t), "part.parquet");
  const columns = [{ name: "id", type: "BIGINT", about: 'It\'s a "number".' }] as const;
  await writePart({ ...ID, about: "Numbers.", columns }, path, [ids(0, 3)], 3);
  const description = '{"dataset":"Numbers.","columns":{"id":"It\'s a \\"number\\"."}}';
  const metadata = { dataset: "ids_v3", contract_version: "3", description };
  const none = "0".repeat(64);
  assert.deepEqual(await parquetMetadata(path), { "part.parquet": { ...metadata, source_sha256: none } });
  const source = "0123456789abcdef".repeat(4);
  const before = await readFile(path);
  await noteSource(path, source);
  assert.deepEqual(await parquetMetadata(path), { "part.parquet": { ...metadata, source_sha256: source } });
  assert.deepEqual(await parquetRows(path), [{ id: "0" }, { id: "1" }, { id: "2" }]);
  const after = await readFile(path);
  assert.equal(after.length, before.length);
  assert.equal(after.toString("latin1").replace(source, none), before.toString("latin1"));
  await assert.rejects(noteSource(path, source), /part\.parquet has no place for the sha256/);
});

test("a part requires a free place in an existing directory", async (t) => {
  const dir = temporaryDirectory(t);
  await assert.rejects(writePart(ID, join(dir, "no", "part.parquet"), [ids(0, 0)], 0), /ENOENT.*no/);
  await mkdir(join(dir, "part.parquet"));
  await assert.rejects(writePart(ID, join(dir, "part.parquet"), [ids(0, 0)], 0), /part\.parquet/);
});

test("rows of columns taken over once can go to several parts", async (t) => {
  const dir = temporaryDirectory(t);
  const parts = new PartFiles(ID);
  parts.take(rowsOf(0, 10));
  const writing = [0, 4, 8].map((from) => {
    parts.begin(join(dir, `${from}.parquet`));
    parts.append(from, Math.min(10, from + 4));
    return parts.end();
  });
  assert.deepEqual(
    (await Promise.all(writing)).map(({ name, rows }) => [name, rows]),
    [
      ["0.parquet", 4],
      ["4.parquet", 4],
      ["8.parquet", 2],
    ],
  );
  assert.deepEqual(await parquetRows(join(dir, "8.parquet")), [{ id: "8" }, { id: "9" }]);
});

test("memory is freed once all of its rows are written", (t) => {
  const rows = new PartRows(ID);
  rows.begin(join(temporaryDirectory(t), "part.parquet"));
  const packed = [0, 1, 2].map((index) => rowsOf(index * 15_000, (index + 1) * 15_000));
  const kept = packed.map((memory) => {
    rows.take(memory);
    rows.append(0, 15_000);
    return packed.map(({ byteLength }) => byteLength > 0);
  });
  assert.deepEqual(kept, [
    [true, true, true],
    [false, true, true],
    [false, false, true],
  ]);
});

test("a part must begin before it ends, and end before the next begins", async (t) => {
  const dir = temporaryDirectory(t);
  const parts = new PartFiles(ID);
  await assert.rejects(parts.end(), /no part was begun/);
  parts.take(rowsOf(0, 3));
  assert.throws(() => parts.append(0, 3), /no part was begun/);
  parts.begin(join(dir, "a.parquet"));
  assert.throws(() => parts.begin(join(dir, "b.parquet")), /a\.parquet was not ended/);
});
