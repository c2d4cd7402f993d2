import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { silentLogger } from "../lib/cli/log.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";
import { runMain } from "../lib/testing/run_main.ts";
import { main } from "./run_sql_to_csv.ts";

const RUN = "2026-09__20260914_120000";

/** A lake with a sealed, active run; `run` writes a query file and runs it. */
function setUp(test: TestContext) {
  const dir = temporaryDirectory(test);
  const lake = join(dir, "lake");
  mkdirSync(join(lake, "_runs", RUN, "_reports"), { recursive: true });
  symlinkSync(`_runs/${RUN}`, join(lake, "active"));
  const run = (sql: string, out: string, name = "my query.sql") => {
    writeFileSync(join(dir, name), sql);
    const flags = ["--lake", lake, "--sql-file", join(dir, name), "--out-dir", out, "--threads", "1"];
    return main(flags, {}, silentLogger);
  };
  return { dir, lake, run };
}

const QUERY = `-- shows; nothing
SELECT 1 AS n, 'a "b", c' AS text, CAST(NULL AS BIGINT) AS nothing, CAST(9007199254740993 AS BIGINT) AS large
UNION ALL SELECT 2, 'x;y', 3, 4 ORDER BY n`;

test("writes <out-dir>/<query>.csv and replaces an existing one", async (t) => {
  const { dir, run } = setUp(t);
  const out = join(dir, "made", "here");
  assert.equal(await run(QUERY, out), 0);
  assert.deepEqual(readdirSync(out), ["my query.csv"]);
  assert.equal(
    readFileSync(join(out, "my query.csv"), "utf8"),
    'n,text,nothing,large\n1,"a ""b"", c",,9007199254740993\n2,x;y,3,4\n',
  );
  assert.equal(await run("SELECT 5 AS five;", out), 0);
  assert.equal(readFileSync(join(out, "my query.csv"), "utf8"), "five\n5\n");
});

test("writes only the header for a query without rows", async (t) => {
  const { dir, run } = setUp(t);
  assert.equal(await run("SELECT 1 AS n, 2 AS m WHERE 1 = 2", dir), 0);
  assert.equal(readFileSync(join(dir, "my query.csv"), "utf8"), "n,m\n");
});

test("prints the path and the number of rows, and names what fails with its place", async (t) => {
  const { dir, lake } = setUp(t);
  const file = join(dir, "rows.sql");
  const flags = ["--lake", lake, "--sql-file", file, "--out-dir", dir];
  writeFileSync(file, "SELECT range FROM range(5000)");
  const csv = `${join(dir, "rows.csv")}: 5,000 rows\n`;
  assert.deepEqual(await runMain(main, flags), { code: 0, stdout: csv, stderr: "" });
  const failed = async (...more: string[]) => (await runMain(main, [...flags, ...more])).stderr;
  assert.match(await failed("--memory-limit", "1KB"), /the memory limit of 1000 bytes is too low/);
  writeFileSync(file, "SELECT *\nFROM hive.discogs.relases_v6");
  const error = await failed();
  assert.ok(error.includes(`duckdb: ${file}:2`) && error.includes("there is no table"), error);
});

test("a failing query leaves the previous result unchanged", async (t) => {
  const { dir, run } = setUp(t);
  const out = join(dir, "out");
  assert.equal(await run("SELECT 1 AS n", out), 0);
  for (const sql of [
    "SELECT nothing",
    "SELECT 1; SELECT 2",
    "-- empty",
    "CREATE TABLE hive.x.y (a BIGINT)",
  ]) {
    assert.equal(await run(sql, out), 2, sql);
    assert.deepEqual(readdirSync(out), ["my query.csv"]);
    assert.equal(readFileSync(join(out, "my query.csv"), "utf8"), "n\n1\n");
  }
});

test("a sealed run accepts only new files in its _reports/, also through active", async (t) => {
  const { lake, run } = setUp(t);
  const reports = join(lake, "_runs", RUN, "_reports");
  assert.equal(await run("SELECT 1 AS n", join(lake, "active", "_reports")), 0);
  assert.equal(await run("SELECT 2 AS n", reports), 2, "the file already exists");
  assert.equal(await run("SELECT 2 AS n", join(lake, "active")), 2);
  assert.equal(await run("SELECT 2 AS n", join(lake, "_runs", RUN, "more")), 2);
  assert.deepEqual(readdirSync(join(lake, "_runs", RUN)), ["_reports"]);
  assert.deepEqual(readdirSync(reports), ["my query.csv"]);
  assert.equal(readFileSync(join(reports, "my query.csv"), "utf8"), "n\n1\n");
});

test("refuses anything but a query file", async (t) => {
  const { dir, run } = setUp(t);
  assert.equal(await run("SELECT 1", dir, "query.txt"), 2);
  assert.ok(!existsSync(join(dir, "query.csv")));
  const missing = ["--lake", dir, "--sql-file", join(dir, "no.sql"), "--out-dir", dir];
  assert.equal(await main(missing, {}, silentLogger), 2);
});
