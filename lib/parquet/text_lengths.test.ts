import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { columnOf } from "../testing/columns.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { parquetRows } from "../testing/parquet.ts";
import { PlainFile } from "./plain_file.ts";
import { DeltaMemory, packedLengths } from "./text_lengths.ts";

/** Texts of very different lengths, in no order. */
const text = (index: number) => String(index).repeat(1 + ((index * 7919) % 97) ** (index % 50 === 0 ? 2 : 1));

for (const count of [1, 2, 32, 33, 128, 129, 130, 257, 5000]) {
  test(`DuckDB reads ${count} texts of a page, in one stretch or in several`, async (t) => {
    const dir = temporaryDirectory(t);
    const texts = Array.from({ length: count }, (_, index) => text(index));
    const cuts = [0, Math.floor(count / 3), Math.floor(count / 2), count];
    for (const stretches of [[texts], cuts.slice(1).map((to, index) => texts.slice(cuts[index], to))]) {
      const columns = stretches
        .filter((stretch) => stretch.length > 0)
        .map((values) => [columnOf("VARCHAR", values)]);
      const file = new PlainFile(join(dir, `${stretches.length}.parquet`), [
        { name: "value", type: "VARCHAR" },
      ]);
      file.add(columns, count);
      file.finish();
      const read = await parquetRows(file.path);
      assert.deepEqual(
        read.map(({ value }) => value),
        texts,
      );
    }
  });
}

test("a page without texts has no deltas", () => {
  for (const stretches of [[], [new Int32Array(0)]]) {
    assert.deepEqual(
      Buffer.concat(packedLengths(stretches, new DeltaMemory())),
      Buffer.from([0x80, 1, 1, 0, 0]),
    );
  }
});
