import assert from "node:assert/strict";
import { test } from "node:test";
import { readSql } from "../lib/sql/sql_files.ts";
import { runMain } from "../lib/testing/run_main.ts";
import { main } from "./describe_sanity_report.ts";

const FILE = "sanity_report_active_v1.sql";

test("the sanity report's SQL is up to date with the declarations", async () => {
  const { code, stdout } = await runMain(main, []);
  assert.equal(code, 0);
  assert.equal(readSql(FILE), stdout, "run: bin/lake generate");
});
