import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "../lib/testing/files.ts";
import { runMain } from "../lib/testing/run_main.ts";
import { main } from "./query.ts";

const SCRIPT = fileURLToPath(new URL("query.ts", import.meta.url));

function startScript(args: readonly string[]) {
  return spawn(process.execPath, ["--import", import.meta.resolve("tsx"), SCRIPT, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

test("SQL that begins with a comment is SQL, also where it looks like an option", async (t) => {
  const lake = temporaryDirectory(t);
  for (const sql of ["-- a comment\nSELECT 1 AS n", "--a comment\nSELECT 1 AS n", "--\nSELECT 1 AS n;"]) {
    const found = await runMain(main, ["--lake", lake, "--csv", sql]);
    assert.deepEqual(found, { code: 0, stdout: "n\n1\n", stderr: "" });
  }
  assert.equal((await runMain(main, ["--lake", lake, "--comment"])).code, 2);
});

test("a .sql file is read; one that is not there is no such file, and SQL may end like one", async (t) => {
  const lake = temporaryDirectory(t);
  const file = join(lake, "my query.sql");
  writeFileSync(file, "SELECT 1 AS n;\nSELECT NULL AS m");
  assert.equal((await runMain(main, ["--lake", lake, "--csv", file])).stdout, "n\n1\nm\n\n");
  mkdirSync(join(lake, "folder.sql"));
  for (const name of ["absent.sql", "select.sql", "my other query.sql", "folder.sql", "no/such/a.sql"]) {
    const { code, stderr } = await runMain(main, ["--lake", lake, join(lake, name)]);
    assert.equal(code, 2);
    assert.ok(stderr.endsWith(`${name}: no such file\n`), stderr);
  }
  const table = await runMain(main, ["--lake", lake, "SELECT * FROM hive.x.sql"]);
  assert.match(table.stderr, /Catalog Error|does not exist/);
});

test("EXPLAIN, DESCRIBE and SUMMARIZE are run, and nothing that writes", async (t) => {
  const lake = temporaryDirectory(t);
  for (const sql of ["EXPLAIN SELECT 1", "DESCRIBE SELECT 1 AS n", "SUMMARIZE SELECT 1 AS n"]) {
    assert.equal((await runMain(main, ["--lake", lake, sql])).code, 0, sql);
  }
  const plan = await runMain(main, ["--lake", lake, "EXPLAIN ANALYZE SELECT 41 + 1"]);
  assert.match(plan.stdout, /^┌─+┐\n│.*│\n/m, "a plan keeps its lines");
  const { code, stderr } = await runMain(main, ["--lake", lake, "SELECT * FROM enable_profiling()"]);
  assert.deepEqual([code, stderr.includes("enable_profiling is not one of the functions")], [2, true]);
});

test("a large result reaches a slow reader whole, and is not kept in memory", async (t) => {
  const [rows, width] = [2_000_000, 200];
  const sql = `SELECT repeat('x', ${width}) AS x FROM range(${rows})`;
  const child = startScript(["--lake", temporaryDirectory(t), "--csv", "--memory-limit", "200MB", sql]);
  const ended = once(child, "close");
  let bytes = 0;
  let lines = 0;
  let peak = 0;
  let pieces = 0;
  for await (const piece of child.stdout) {
    bytes += piece.length;
    lines += String(piece).split("\n").length - 1;
    pieces += 1;
    if (pieces % 200 === 0) await sleep(1);
    if (peak === 0 && bytes > 0.9 * rows * width) peak = peakMegabytes(child.pid);
  }
  assert.deepEqual([lines, bytes, (await ended)[0]], [rows + 1, 2 + rows * (width + 1), 0]);
  assert.ok(peak < 450, `${peak} MB for a result of ${(rows * width) / 1e6} MB`);
});

/** The most memory that a process has had so far; 0 where the system does not tell. */
function peakMegabytes(pid: number | undefined): number {
  if (process.platform !== "linux") return 0;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1000;
}

test("a result that fails after its first rows is not exit 0", async (t) => {
  const sql = "SELECT CASE range WHEN 900000 THEN error('broken') ELSE range END AS n FROM range(1000000)";
  const child = startScript(["--lake", temporaryDirectory(t), "--csv", sql]);
  const ended = once(child, "close");
  let errors = "";
  child.stderr.on("data", (piece) => {
    errors += String(piece);
  });
  child.stdout.resume();
  assert.equal((await ended)[0], 2);
  assert.match(errors, /^scripts\/query\.ts: error: duckdb: [^\n]*broken[^\n]*\n$/);
});

test("a reader that stops early ends an endless result, quietly", async (t) => {
  const child = startScript(["--lake", temporaryDirectory(t), "--csv", "SELECT * FROM range(1000000000000)"]);
  const ended = once(child, "close");
  let errors = "";
  child.stderr.on("data", (piece) => {
    errors += String(piece);
  });
  child.stdout.once("data", () => child.stdout.destroy());
  assert.deepEqual([(await ended)[0], errors], [0, ""]);
});
