import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { before, test } from "node:test";
import { tableFromIPC } from "apache-arrow";
import { lakePaths } from "../lib/files/paths.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import { detailTables } from "../lib/lake/testing/detail_tables.ts";
import { makeSealedRun } from "../lib/lake/testing/fixture_runs.ts";
import { scratchDirectory } from "../lib/lake/testing/scratch.ts";
import { rowsInFooter } from "../lib/parquet/verify_part.ts";
import { missing, missingModules, python } from "../lib/testing/python.ts";
import { runMain } from "../lib/testing/run_main.ts";
import { main as promote } from "../scripts/promote.ts";
import { main as registerActive } from "../scripts/register_active.ts";

// Runs the examples in docs/opening.md with the tools on this machine.

const PAGE = readFileSync(join(projectRoot, "docs", "opening.md"), "utf8");
const RUN = "2026-01__20260120_194923";
const lake = join(scratchDirectory(), "hive-data");

/** The sections of the page whose code is run below, where this machine has the tool. */
const SECTIONS = [
  "discogs.duckdb",
  "A result as a file",
  "DuckDB, command line",
  "Python: duckdb",
  "Python: polars",
  "Python: pandas and pyarrow",
] as const;

/** The code of a section of the page. */
function codeOf(heading: (typeof SECTIONS)[number]): string {
  const [, section = ""] = PAGE.split(`\n## ${heading}\n`);
  const [, code] = /^```(?:sh|python)\n(.*?)^```$/ms.exec(section.split("\n## ")[0] ?? "") ?? [];
  assert.ok(code !== undefined, `docs/opening.md has no code under ${heading}`);
  return code;
}

function output(command: string, args: readonly string[]): string {
  const options = { cwd: dirname(lake), encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } } as const;
  const { stdout, stderr, status } = spawnSync(command, args, options);
  assert.deepEqual([status, stderr], [0, ""], stderr);
  return stdout;
}

before(async () => {
  const releases = [1998, 1999, 2003].map((year, index) => ({
    release_id: index,
    country: index === 0 ? "UK" : "US",
    released_year: year,
  }));
  await makeSealedRun(lake, RUN, { tables: { ...detailTables, releases_v6: releases } });
  assert.equal((await runMain(promote, ["--lake", lake, RUN])).code, 0);
  assert.equal(basename(lakePaths(lake).duckdbFile), "discogs.duckdb");
});

test("a result as a file, in every way shown on the page", async () => {
  assert.equal((await runMain(registerActive, ["--lake", lake])).code, 0);
  const out = scratchDirectory();
  const commands = codeOf("A result as a file").trim().split("\n");
  assert.equal(commands.length, 3);
  for (const command of commands) {
    const here = command
      .replace("--lake hive-data", `--lake ${lake}`)
      .replace(/\b(countries\.parquet|n\.arrow)\b/, `${out}/$1`);
    const { status, stdout, stderr } = spawnSync("sh", ["-c", here], { cwd: projectRoot, encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""], command);
    assert.equal(stdout, command.includes("--format json") ? '{"name":"Svek"}\n' : "", command);
  }
  assert.equal(await rowsInFooter(join(out, "countries.parquet")), 2);
  assert.equal(
    tableFromIPC(readFileSync(join(out, "n.arrow")))
      .getChild("n")
      ?.get(0),
    3n,
  );
});

test("the database file is rebuilt", () => {
  const command = codeOf("discogs.duckdb").trim().replace("hive-data", lake);
  const { status, stderr } = spawnSync("sh", ["-c", command], { cwd: projectRoot, encoding: "utf8" });
  assert.equal(status, 0, stderr);
});

test("the DuckDB command line", { skip: missing("DuckDB command line", "duckdb", ["--version"]) }, () => {
  const command = codeOf("DuckDB, command line").trim().replace("duckdb ", "duckdb -csv ");
  assert.equal(output("sh", ["-c", command]), "decade,releases\n1990,2\n2000,1\n");
});

test("duckdb in Python", { skip: missingModules("duckdb") }, () => {
  const printed = output(python, ["-c", codeOf("Python: duckdb")]);
  assert.equal(printed, "[('Intro', 1), ('Side A', 1), ('Vasastaden', 1)]\n");
});

test("polars", { skip: missingModules("polars") }, () => {
  assert.equal(output(python, ["-c", codeOf("Python: polars")]), "[('US', 2), ('UK', 1)]\n");
});

test("polars, on the run's own directory, as docs/trino.md shows it", {
  skip: missingModules("polars"),
}, () => {
  const [, code = ""] =
    /^```python\n(.*?)^```$/ms.exec(readFileSync(join(projectRoot, "docs", "trino.md"), "utf8")) ?? [];
  assert.equal(output(python, ["-c", code]), "3\n");
});

test("pandas and pyarrow", { skip: missingModules("pandas", "pyarrow") }, () => {
  assert.equal(output(python, ["-c", codeOf("Python: pandas and pyarrow")]), "1999 1\n");
});

test("no other section of the page has code that could be run here", () => {
  const sections = PAGE.split("\n## ").filter((section) => /^```(?!r$|text$|$)/m.test(section));
  assert.deepEqual(sections.map((section) => section.split("\n")[0]).sort(), [...SECTIONS].sort());
});
