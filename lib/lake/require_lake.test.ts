import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { main as buildReport } from "../../scripts/build_report.ts";
import { main as compareRuns } from "../../scripts/compare_runs.ts";
import { main as discardRun } from "../../scripts/discard_run.ts";
import { main as makeDuckdbFile } from "../../scripts/make_duckdb_file.ts";
import { main as registerActive } from "../../scripts/register_active.ts";
import { main as rollback } from "../../scripts/rollback.ts";
import { main as updateRegistry } from "../../scripts/update_run_registry.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { runMain } from "../testing/run_main.ts";

test("scripts that write to an existing lake refuse another directory, and leave nothing behind", async (t) => {
  const root = temporaryDirectory(t);
  const other = join(root, "other");
  mkdirSync(other);
  for (const [main, ...args] of [
    [buildReport],
    [buildReport, "--active"],
    [compareRuns],
    [discardRun, "2026-06__20260620_010203"],
    [makeDuckdbFile],
    [registerActive],
    [rollback],
    [rollback, "--dry-run"],
    [updateRegistry],
  ] as const) {
    for (const [lake, message] of [
      [join(root, "nowhere"), /: error: there is no lake .*nowhere: main\.dig creates it/],
      [other, /: error: .*other is not a lake: it has neither/],
    ] as const) {
      const { code, stderr } = await runMain(main, [...args, "--lake", lake]);
      assert.equal(code, 2);
      assert.match(stderr, message);
    }
  }
  assert.deepEqual(readdirSync(root, { recursive: true }), ["other"]);
});
