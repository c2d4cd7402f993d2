import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../../cli/log.ts";
import { inRun } from "../../files/paths.ts";
import { temporaryLake } from "../../testing/run_fixture.ts";
import { readCheckReports } from "./run_checks.ts";

test("an unreadable report is omitted with a warning, whatever its format", async (t) => {
  const dir = temporaryLake(t);
  mkdirSync(inRun.reports(dir));
  const put = (name: string, text: string) => writeFileSync(join(inRun.reports(dir), name), text);
  put("trino_sanity_active_20260801_020304_000.csv", 'check_name,severity,ok\n"never closed,CRITICAL,true\n');
  put("parquet_sanity_20260801_020304_000.json", "{");
  put("duckdb_sanity_active_20260801_020304_000.csv", "check_name,severity,ok,value\nrows,CRITICAL,true,2\n");
  const warnings: string[] = [];
  const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  const reports = await readCheckReports(dir, log);
  assert.deepEqual(
    reports.map(({ checks }) => checks),
    [[{ name: "rows", severity: "CRITICAL", ok: true, value: "2", details: "" }]],
  );
  assert.equal(warnings.length, 2);
  assert.match(warnings[0] ?? "", /trino_sanity_active_\S+ is not a CSV file: /);
});
