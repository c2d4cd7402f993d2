import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Entity } from "../datasets/declaration.ts";
import { datasetsOf } from "../datasets/index.ts";
import type { Column } from "../datasets/types.ts";
import { findDumpFiles } from "../dump/raw_month.ts";
import { writeSampleDump } from "../sample/write_sample_dump.ts";
import { openRunEngine } from "../sql/duckdb/open.ts";
import { extractAll } from "../testing/dumps.ts";
import { temporaryDirectory } from "../testing/files.ts";
import type { Filled } from "./filled.ts";

/** Counted again from the values in the files. */
async function countedInFiles(dir: string, columns: readonly Column[]): Promise<Filled> {
  const counts = columns.map(({ name }) => `count(${name}) AS ${name}`).join(", ");
  const { engine, session } = await openRunEngine(dir);
  try {
    const [row = {}] = (await session.run(`SELECT ${counts} FROM '${dir}/*.parquet'`)).getRowObjectsJS();
    return Object.fromEntries(Object.entries(row).map(([name, count]) => [name, Number(count)]));
  } finally {
    await engine.close();
  }
}

for (const limits of [{}, { batch: 7 }, { batch: 7, maxParts: 3 }]) {
  test(`counts filled rows as they pass, including lists: ${JSON.stringify(limits)}`, async (t) => {
    const dir = temporaryDirectory(t);
    const size = { artists: 300, labels: 100, masters: 150, releases: 600, seed: 5 };
    await writeSampleDump({ out: join(dir, "raw"), month: "2026-09", ...size });
    for (const { entity: plural, path } of (await findDumpFiles(join(dir, "raw"), "2026-09")).files) {
      const entity = plural.slice(0, -1) as Entity;
      const { datasets } = await extractAll(path, entity, dir, limits);
      for (const [index, { directory, columns }] of datasetsOf(entity).entries()) {
        const filled = datasets[index]?.filled ?? {};
        assert.deepEqual(filled, await countedInFiles(join(dir, directory), columns), directory);
        if (index === 0) assert.ok(new Set(Object.values(filled)).size > 1, directory);
      }
    }
  });
}
