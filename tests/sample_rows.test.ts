import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Entity } from "../lib/datasets/declaration.ts";
import { canonicalDatasets } from "../lib/datasets/index.ts";
import { findDumpFiles } from "../lib/dump/raw_month.ts";
import { vintages } from "../lib/sample/vintages.ts";
import { writeSampleDump } from "../lib/sample/write_sample_dump.ts";
import { extractAll } from "../lib/testing/dumps.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";
import { parquetRows } from "../lib/testing/parquet.ts";

const SIZE = { artists: 700, labels: 160, masters: 200, releases: 1200, seed: 3 };

for (const vintage of vintages) {
  test(`a sample in the shape of ${vintage} yields its promised rows`, async (t) => {
    const dir = temporaryDirectory(t);
    const raw = join(dir, "raw");
    const { datasets, details } = await writeSampleDump({ out: raw, month: "2026-09", ...SIZE, vintage });
    for (const { entity, path } of (await findDumpFiles(raw, "2026-09")).files) {
      await extractAll(path, entity.slice(0, -1) as Entity, dir, { strict: true, details: true });
    }
    const promised = { ...details };
    for (const { directory } of canonicalDatasets) promised[directory] = datasets[directory]?.rows ?? -1;
    const found: Record<string, number> = {};
    for (const directory of Object.keys(promised)) {
      found[directory] = (await parquetRows(join(dir, directory, "*.parquet"))).length;
    }
    assert.deepEqual(found, promised);
  });
}
