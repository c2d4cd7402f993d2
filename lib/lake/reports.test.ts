import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import {
  newestReport,
  PARQUET_SANITY,
  parquetSanityResult,
  reportStamp,
  SANITY_OF_RUN,
  sanityResult,
  writeReport,
} from "./reports.ts";
import { scratchDirectory } from "./testing/scratch.ts";

const RUN = "2025-12__20260120_194923";
const HEADER = "check_name,severity,value,ok,details\n";
const runDir = () => scratchDirectory();

test("names sort by time", () => {
  assert.equal(reportStamp(new Date("2026-01-20T19:49:23.045Z")), "20260120_194923_045");
});

test("the newest report of a kind counts, regardless of other kinds", async () => {
  const dir = runDir();
  assert.equal(await newestReport(dir, SANITY_OF_RUN), undefined);
  await writeReport(dir, SANITY_OF_RUN, "csv", HEADER, new Date("2026-01-20T10:00:00Z"));
  const newest = await writeReport(dir, SANITY_OF_RUN, "csv", HEADER, new Date("2026-01-21T09:00:00Z"));
  await writeReport(dir, "duckdb_sanity_active", "csv", HEADER, new Date("2026-01-22T09:00:00Z"));
  await writeReport(dir, "trino_sanity_run", "csv", HEADER, new Date("2026-01-22T09:00:00Z"));
  assert.equal(await newestReport(dir, SANITY_OF_RUN), newest);
});

test("writers of the same millisecond get two reports", async () => {
  const dir = runDir();
  const time = new Date("2026-01-20T10:00:00Z");
  const paths = await Promise.all(
    [1, 2, 3].map(() => writeReport(dir, "parquet_sanity", "json", "{}", time)),
  );
  assert.deepEqual(paths.map((path) => basename(path)).sort(), [
    "parquet_sanity_20260120_100000_000.json",
    "parquet_sanity_20260120_100000_001.json",
    "parquet_sanity_20260120_100000_002.json",
  ]);
});

test("only a false CRITICAL check fails a sanity report", async () => {
  const dir = runDir();
  const rows =
    'a.rows,CRITICAL,2,true,"in ""all"", yes"\na.empty_name,WARN,3,false,\nb.orphans,INFO,9,true,\n';
  await writeReport(dir, SANITY_OF_RUN, "csv", HEADER + rows, new Date("2026-01-20T10:00:00Z"));
  const result = await sanityResult(dir, RUN);
  assert.deepEqual([result.passed, result.checks, result.not_ok], [true, 3, ["WARN a.empty_name"]]);
  const failed = `${HEADER}a.rows,CRITICAL,0,false,\n`;
  await writeReport(dir, SANITY_OF_RUN, "csv", failed, new Date("2026-01-20T10:00:01Z"));
  assert.equal((await sanityResult(dir, RUN)).passed, false);
});

test("refuses run-level tests that were not complete, or began before the data was", async () => {
  const dir = runDir();
  const [started, ended] = ["2026-01-20T10:00:00.000Z", "2026-01-20T10:05:00.000Z"];
  const report = { run_id: RUN, started, ended, passed: true, checks: [] };
  await writeReport(dir, PARQUET_SANITY, "json", JSON.stringify(report));
  assert.equal((await parquetSanityResult(dir, RUN, new Date(started))).passed, true);
  const later = new Date("2026-01-20T10:00:00.001Z");
  await assert.rejects(parquetSanityResult(dir, RUN, later), /older than the data/);
  await writeReport(dir, PARQUET_SANITY, "json", JSON.stringify({ ...report, fast: true }));
  await assert.rejects(parquetSanityResult(dir, RUN, new Date(started)), /is of a --fast test/);
});

test("refuses a report older than the data, an empty one, or one of the wrong form", async () => {
  const dir = runDir();
  await writeReport(
    dir,
    SANITY_OF_RUN,
    "csv",
    `${HEADER}a.rows,CRITICAL,2,true,\n`,
    new Date("2026-01-20T10:00:00Z"),
  );
  await assert.rejects(sanityResult(dir, RUN, new Date("2026-01-20T10:00:00.001Z")), /older than the data/);
  assert.equal((await sanityResult(dir, RUN, new Date("2026-01-20T10:00:00Z"))).passed, true);
  mkdirSync(join(dir, "_reports"), { recursive: true });
  for (const content of [HEADER, "", "name,ok\nx,true\n"]) {
    writeFileSync(join(dir, "_reports", `${SANITY_OF_RUN}_20260121_000000_000.csv`), content);
    await assert.rejects(sanityResult(dir, RUN), /is not a sanity report/);
  }
});
