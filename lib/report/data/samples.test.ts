import assert from "node:assert/strict";
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../../cli/log.ts";
import { datasetsIn } from "../../lake/datasets_in.ts";
import { makeOriginalRun } from "../../lake/testing/fixture_runs.ts";
import { temporaryLake } from "../../testing/run_fixture.ts";
import { readSamples } from "./samples.ts";

test("a dataset whose file is damaged has no rows on the page, and a warning; the others have theirs", async (t) => {
  const dir = await makeOriginalRun(temporaryLake(t), "2026-01__20260114_120000");
  truncateSync(join(dir, "artists_v1_typed", "part-00000.parquet"), 100);
  const tables = await datasetsIn(dir);
  const warnings: string[] = [];
  const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  const samples = await readSamples(dir, tables, { threads: 1 }, log);
  assert.deepEqual(
    tables.filter(({ table }) => !samples.has(table)).map(({ table }) => table),
    ["artists_v1_typed"],
  );
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /shows no rows of artists_v1_typed: .*part-00000\.parquet/);
});
