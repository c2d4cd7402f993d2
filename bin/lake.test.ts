import assert from "node:assert/strict";
import { type StdioOptions, spawnSync } from "node:child_process";
import { openSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { scriptNames } from "../lib/docs/script_commands.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";

function lake(cwd: string, ...args: string[]) {
  const env = { ...process.env, DISCOGS_DATA_LAKE: "" };
  return spawnSync(join(projectRoot, "bin", "lake"), args, { cwd, env, encoding: "utf8" });
}

test("runs a script by name, with its arguments, in the caller's directory", (t) => {
  const directory = realpathSync(temporaryDirectory(t));
  writeFileSync(join(directory, "one two.sql"), "SELECT 1 AS x");
  const { status, stdout, stderr } = lake(directory, "query", "--lake", ".", "--csv", "one two.sql");
  assert.equal(status, 0, stderr);
  assert.equal(stdout, "x\n1\n");
  const absent = lake(directory, "promote", "2026-09__20261121_080829", "--lake", "none");
  assert.equal(absent.status, 2);
  assert.match(
    absent.stderr,
    new RegExp(`there is no run 2026-09__20261121_080829 in ${join(directory, "none")}`),
  );
});

test("finds the scripts of every folder", (t) => {
  for (const name of ["make_duckdb_file", "extract_artists_v1", "parquet_sanity"]) {
    const { status, stdout } = lake(temporaryDirectory(t), name, "--help");
    assert.deepEqual([status, stdout.includes(`Usage: bin/lake ${name} `)], [0, true]);
  }
});

test("without a name, lists every script once with its summary", (t) => {
  const { status, stdout } = lake(temporaryDirectory(t));
  assert.equal(status, 0);
  const listed = [...stdout.matchAll(/^ {2}(\w+) +\S.*\.$/gm)].map(([, name = ""]) => name);
  const all = ["scripts", "pipelines", "tests"].flatMap(scriptNames);
  assert.ok(all.length > 50);
  assert.deepEqual([...listed].sort(), all.sort());
  assert.match(stdout, /^Query the lake:\n {2}query +Runs a read-only SQL/m);
});

test("refuses a path, and an unknown name with the nearest one", (t) => {
  const directory = temporaryDirectory(t);
  for (const [name, message] of [
    ["qeury", 'there is no script "qeury", did you mean query?'],
    ["verify-run", 'there is no script "verify-run", did you mean verify_run?'],
    ["../scripts/query", 'there is no script "../scripts/query"; run bin/lake for a list'],
  ] as const) {
    const { status, stdout, stderr } = lake(directory, name);
    assert.deepEqual([status, stdout, stderr], [2, "", `bin/lake: error: ${message}\n`]);
  }
});

test("bin/lake and bin/digdag work by a link to them", (t) => {
  const directory = temporaryDirectory(t);
  for (const [name, args, message] of [
    ["lake", ["qeury"], /^bin\/lake: error: .* did you mean query\?$/m],
    ["digdag", ["run", "mian"], /^digdag: error: .*\bmian\b/m],
  ] as const) {
    const link = join(directory, name);
    symlinkSync(join(projectRoot, "bin", name), link);
    const { status, stderr } = spawnSync(link, args, { cwd: directory, encoding: "utf8" });
    assert.equal(status, 2, stderr);
    assert.match(stderr, message);
  }
});

test("help that can't be written is one line and exit 2", { skip: process.platform !== "linux" }, () => {
  for (const [name, args] of [
    ["lake", []],
    ["digdag", ["run", "main.dig", "--help"]],
  ] as const) {
    const stdio: StdioOptions = ["ignore", openSync("/dev/full", "w"), "pipe"];
    const { status, stderr } = spawnSync(join(projectRoot, "bin", name), args, { stdio, encoding: "utf8" });
    assert.equal(status, 2, stderr);
    assert.match(stderr, /^(bin\/lake|digdag): error: standard output can't be written: ENOSPC[^\n]*\n$/);
  }
});
