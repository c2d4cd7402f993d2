import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { RecordBatchReader, tableFromIPC } from "apache-arrow";
import { rowsInFooter } from "../lib/parquet/verify_part.ts";
import { sessionLimits } from "../lib/sql/session_options.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";
import { runMain } from "../lib/testing/run_main.ts";
import { scriptArguments } from "../lib/testing/script_arguments.ts";
import { unprivileged } from "../lib/testing/unprivileged.ts";
import { main } from "./query.ts";

function startScript(args: readonly string[], input = "") {
  const child = spawn(process.execPath, scriptArguments("scripts/query.ts", ...args));
  child.stdin.end(input);
  return child;
}

test("SQL that begins with a comment is SQL, even if it looks like an option", async (t) => {
  const lake = temporaryDirectory(t);
  for (const sql of ["-- a comment\nSELECT 1 AS n", "--a comment\nSELECT 1 AS n", "--\nSELECT 1 AS n;"]) {
    const found = await runMain(main, ["--lake", lake, "--csv", sql]);
    assert.deepEqual(found, { code: 0, stdout: "n\n1\n", stderr: "" });
  }
  assert.equal((await runMain(main, ["--lake", lake, "--comment"])).code, 2);
});

test("reports a directory that is not a lake", async (t) => {
  const lake = temporaryDirectory(t);
  const { code, stderr } = await runMain(main, ["--lake", lake, "SELECT * FROM hive.discogs.labels_ref_v10"]);
  assert.equal(code, 2);
  assert.match(stderr, /is not a lake: it has neither _runs\/ nor _meta\//);
});

test("refuses SQL that is not UTF-8, in a file and on standard input", (t) => {
  const lake = temporaryDirectory(t);
  const file = join(lake, "latin1.sql");
  const sql = Buffer.from("SELECT 1 AS n,\n'caf\xe9' AS word", "latin1");
  writeFileSync(file, sql);
  for (const [given, label] of [
    [file, file],
    ["-", "stdin"],
  ] as const) {
    const args = scriptArguments("scripts/query.ts", "--lake", lake, given);
    const { status, stderr } = spawnSync(process.execPath, args, { input: sql, encoding: "utf8" });
    assert.deepEqual([status, stderr], [2, `scripts/query.ts: error: ${label}: line 2, byte 5: not UTF-8\n`]);
  }
});

test("reads a .sql file, reports a missing one, and accepts SQL that ends like a file name", async (t) => {
  const lake = temporaryDirectory(t);
  mkdirSync(join(lake, "_runs"));
  const file = join(lake, "my query.sql");
  writeFileSync(file, "SELECT 1 AS n;\nSELECT NULL AS m");
  assert.equal((await runMain(main, ["--lake", lake, "--csv", file])).stdout, "n\n1\nm\n\n");
  mkdirSync(join(lake, "folder.sql"));
  for (const name of ["absent.sql", "select.sql", "my other query.sql", "folder.sql", "no/such/a.sql"]) {
    const { code, stderr } = await runMain(main, ["--lake", lake, join(lake, name)]);
    assert.equal(code, 2);
    assert.ok(stderr.endsWith(`${name}: no such file\n`), stderr);
  }
  const notSql = join(lake, "my$query.txt");
  writeFileSync(notSql, "SELECT 1");
  const mistyped: [given: string, message: string][] = [
    [join(lake, "my query.sqll"), `: no such file, did you mean ${file}?`],
    [join(lake, "my qury.sql"), `: no such file, did you mean ${file}?`],
    ["q.sqll", "q.sqll: no such file"],
    ["countries", "countries: no such file"],
    ...(
      [
        ["releases_v6", "releases_ref_v6"],
        ["tracks", "release_tracks_v1"],
        ["release_v6", "releases_ref_v6"],
        ["hive.discogs.artists_v1", "artists_v1"],
      ] as const
    ).map(([given, table]): [string, string] => [
      given,
      `${given} is neither SQL nor a file; for the rows of a table: bin/lake query "SELECT * FROM hive.discogs.${table} LIMIT 10"`,
    ]),
    [
      "selct 1",
      "only statements that read are allowed, but this begins with selct, did you mean SELECT? (in: selct 1)",
    ],
    [notSql, `${notSql} is not a .sql file: if it holds SQL, use bin/lake query - < '${notSql}'`],
    ["package.json", "package.json is not a .sql file: if it holds SQL, use bin/lake query - < package.json"],
  ];
  for (const [given, message] of mistyped) {
    const { code, stderr } = await runMain(main, ["--lake", lake, given]);
    assert.deepEqual([code, stderr.endsWith(`${message}\n`)], [2, true], stderr);
  }
  const table = await runMain(main, ["--lake", lake, "SELECT * FROM hive.x.sql"]);
  assert.match(table.stderr, /: there is no table hive\.x\.sql: /);
});

/** Runs `run` with this standard input. */
async function withStdin<T>(stdin: Readable & { isTTY?: boolean }, run: () => Promise<T>): Promise<T> {
  const real = Object.getOwnPropertyDescriptor(process, "stdin");
  Object.defineProperty(process, "stdin", { value: stdin, configurable: true });
  try {
    return await run();
  } finally {
    if (real !== undefined) Object.defineProperty(process, "stdin", real);
  }
}

test("an error in a script has its place, and without SQL there is nothing to run", async (t) => {
  const lake = temporaryDirectory(t);
  const script = "SELECT 1 AS n;\n\n-- two\nSELECT nothing AS n";
  const file = join(lake, "script.sql");
  writeFileSync(file, script);
  const ofFile = await runMain(main, ["--lake", lake, "--csv", file]);
  assert.equal(ofFile.stdout, "n\n1\n");
  assert.ok(ofFile.stderr.includes(`: error: duckdb: ${file}:4: `), ofFile.stderr);
  const query = (stdin: Readable & { isTTY?: boolean }, ...args: string[]) =>
    withStdin(stdin, () => runMain(main, ["--lake", lake, ...args]));
  const piped = await query(Readable.from([Buffer.from(script)]), "-");
  assert.match(piped.stderr, /: error: duckdb: stdin:4: /);
  assert.deepEqual(await query(Readable.from([Buffer.from("-- nothing\n;")])), {
    code: 2,
    stdout: "",
    stderr: "scripts/query.ts: error: no statement to run\n",
  });
  const terminal = Object.assign(Readable.from([Buffer.from("SELECT 1 AS n")]), { isTTY: true });
  assert.match(
    (await query(terminal)).stderr,
    /: error: <SQL or file> is missing; see bin\/lake query --help/,
  );
});

test("reads SQL from standard input, with - or without an argument", async (t) => {
  const lake = temporaryDirectory(t);
  for (const args of [[], ["-"]]) {
    const child = startScript(
      ["--lake", lake, "--format", "json", ...args],
      "-- a comment\nSELECT 1 AS n, 'x' AS s;",
    );
    const ended = once(child, "close");
    assert.deepEqual([await text(child.stdout), (await ended)[0]], ['{"n":1,"s":"x"}\n', 0]);
  }
});

test("replaces only a file: neither a link to a directory, e.g. active, nor a pipe, nor anything in /dev", (t) => {
  const lake = temporaryDirectory(t);
  chmodSync(lake, 0o777);
  mkdirSync(join(lake, "run"));
  symlinkSync("run", join(lake, "active"));
  symlinkSync("/dev/null", join(lake, "null"));
  spawnSync("mkfifo", [join(lake, "pipe")]);
  const refused = (out: string, reason: string) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      scriptArguments("scripts/query.ts", "--lake", lake, "--out", out, "--csv", "SELECT 1 AS n"),
      // Root could replace what is in /dev.
      { encoding: "utf8", ...unprivileged },
    );
    assert.deepEqual([status, stdout, stderr], [2, "", `scripts/query.ts: error: ${out} ${reason}\n`]);
  };
  refused(join(lake, "active"), "is a directory: give the path of a file, e.g. one in it");
  for (const out of [join(lake, "null"), join(lake, "pipe"), "/dev/stdout", "/dev/new"]) {
    refused(out, "is not a regular file: give the path of one, or of a new file");
  }
  assert.deepEqual(readdirSync(lake).sort(), ["active", "null", "pipe", "run"]);
});

test("writes a result to a file atomically, in the format of its name or of --format", async (t) => {
  const lake = temporaryDirectory(t);
  const write = (name: string, sql: string, ...more: string[]) =>
    runMain(main, ["--lake", lake, "--out", join(lake, "out", name), ...more, sql]);
  const read = (name: string) => readFileSync(join(lake, "out", name));
  const silent = { code: 0, stdout: "", stderr: "" };
  for (const name of ["n.csv", "n.json", "n.arrow", "n.parquet", "n.txt"]) {
    assert.deepEqual(await write(name, "SELECT 1 AS n"), silent, name);
  }
  assert.deepEqual(
    ["n.csv", "n.json", "n.txt"].map((name) => String(read(name))),
    ["n\n1\n", '{"n":1}\n', "n\n1\n"],
  );
  assert.deepEqual(await write("", "SELECT 1 AS n", "--csv"), {
    code: 2,
    stdout: "",
    stderr: `scripts/query.ts: error: ${join(lake, "out")} is a directory: give the path of a file, e.g. one in it\n`,
  });
  assert.equal(tableFromIPC(read("n.arrow")).getChild("n")?.get(0), 1);
  assert.equal(await rowsInFooter(join(lake, "out", "n.parquet")), 1);
  assert.deepEqual(await write("n.csv", "SELECT 2 AS n", "--format", "json"), silent);
  assert.equal(String(read("n.csv")), '{"n":2}\n');
  const { code, stderr } = await write("n.xls", "SELECT 1 AS n");
  assert.deepEqual(
    [code, stderr.includes("n.xls: no format has the suffix .xls: use one of .txt, ")],
    [2, true],
  );
  assert.deepEqual(await write("n.xls", "SELECT 3 AS n", "--csv"), silent);
  assert.equal(String(read("n.xls")), "n\n3\n");
  const failing =
    "SELECT CASE WHEN range < 200000 THEN range ELSE error('broken') END AS n FROM range(300000)";
  for (const name of ["n.csv", "n.parquet", "new.arrow"]) {
    const before = existsSync(join(lake, "out", name)) ? read(name) : undefined;
    const { code, stderr } = await write(name, failing);
    assert.deepEqual(
      [code, /broken/.test(stderr), stderr.trimEnd().split("\n").length],
      [2, true, 1],
      stderr,
    );
    assert.deepEqual(existsSync(join(lake, "out", name)) ? read(name) : undefined, before);
  }
  assert.deepEqual(readdirSync(join(lake, "out")).sort(), [
    "n.arrow",
    "n.csv",
    "n.json",
    "n.parquet",
    "n.txt",
    "n.xls",
  ]);
});

test("does not write over what belongs to the lake, by whatever path, but adds to its reports", async (t) => {
  const lake = temporaryDirectory(t);
  const run = join(lake, "_runs", "2026-01__20260120_194923");
  mkdirSync(join(run, "_reports"), { recursive: true });
  symlinkSync("_runs/2026-01__20260120_194923", join(lake, "active"));
  mkdirSync(join(lake, "_meta", "discogs_history", "reports"), { recursive: true });
  for (const name of ["discogs.duckdb", "_meta/promotions.jsonl"]) writeFileSync(join(lake, name), "kept");
  symlinkSync(lake, join(lake, "same"));
  const write = (name: string) => runMain(main, ["--lake", lake, "--csv", `--out=${name}`, "SELECT 1 AS n"]);
  const before = readdirSync(lake);
  for (const name of [
    "active",
    "discogs.duckdb",
    "_meta/promotions.jsonl",
    "_meta/new.csv",
    "_runs/_building.2026-02__20260220_000000/labels_v10/part-00000.parquet",
    "same/discogs.duckdb",
    "same/_meta/../_meta/promotions.jsonl",
  ]) {
    const { code, stderr } = await write(join(lake, name));
    const root = join(lake, name.startsWith("same/") ? "same" : "");
    assert.deepEqual([code, stderr.includes(`belongs to the lake ${root}: write`)], [2, true], stderr);
  }
  const asDirectory = await write(`${lake}/new/`);
  assert.deepEqual(
    [asDirectory.code, asDirectory.stderr],
    [2, `scripts/query.ts: error: --out is "${lake}/new/", a directory, but must be a file\n`],
  );
  assert.deepEqual(readdirSync(lake), before);
  for (const name of ["discogs.duckdb", "_meta/promotions.jsonl"]) {
    assert.equal(readFileSync(join(lake, name), "utf8"), "kept");
  }
  for (const name of ["active/_reports/n.csv", "_meta/discogs_history/reports/n.csv", "n.csv"]) {
    assert.equal((await write(join(lake, name))).code, 0, name);
    assert.equal(readFileSync(join(lake, name), "utf8"), "n\n1\n");
  }
  assert.deepEqual(await write("-"), { code: 0, stdout: "n\n1\n", stderr: "" });
});

test("refuses what a format can't represent before anything runs", async (t) => {
  const lake = temporaryDirectory(t);
  const refused = async (message: RegExp, ...args: string[]) => {
    const { code, stdout, stderr } = await runMain(main, ["--lake", lake, ...args]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, message);
  };
  await refused(
    /parquet can hold only one result, but there are 2 statements/,
    "--format=parquet",
    "SELECT 1; SELECT 2",
  );
  await refused(/--csv conflicts with --format json/, "--format=json", "--csv", "SELECT 1");
  assert.equal(
    (await runMain(main, ["--lake", lake, "--format=csv", "--csv", "SELECT 1 AS n"])).stdout,
    "n\n1\n",
  );
  await refused(
    /--format is "arow", but must be one of: table, csv, json, arrow, parquet/,
    "--format=arow",
    "SELECT 1",
  );
  await refused(/column d is of type INTERVAL/, "--format=arrow", "SELECT INTERVAL 1 DAY AS d");
  const sealed = join(lake, "_runs", "2026-01__20260120_194923");
  mkdirSync(sealed, { recursive: true });
  await refused(/sealed run/, `--out=${join(sealed, "x.csv")}`, "SELECT error('not reached')");
  const { isTTY } = process.stdout;
  process.stdout.isTTY = true;
  try {
    await refused(
      /arrow is binary and can't be written to a terminal: use --out/,
      "--format=arrow",
      "SELECT 1",
    );
    assert.equal((await runMain(main, ["--lake", lake, "SELECT 1 AS n"])).stdout, "n\n1\n");
  } finally {
    process.stdout.isTTY = isTTY;
  }
});

for (const [format, suffix] of [
  ["arrow", "arrows"],
  ["parquet", "parquet"],
]) {
  test(`streams a large result as ${format} completely`, async (t) => {
    const lake = temporaryDirectory(t);
    const [rows, width] = [800_000, 1000];
    const sql = `SELECT range AS n, repeat(chr(65 + CAST(range % 26 AS INTEGER)), ${width}) AS x FROM range(${rows})`;
    const child = startScript(["--lake", lake, "--format", format ?? "", "--memory-limit", "200MB", sql]);
    const ended = once(child, "close");
    let peak = 0;
    async function* watched() {
      for await (const piece of child.stdout) {
        peak = Math.max(peak, peakMegabytes(child.pid));
        yield piece;
      }
    }
    const path = join(lake, `large.${suffix}`);
    await writeFile(path, watched());
    assert.equal((await ended)[0], 0);
    const megabytes = (rows * width) / 1e6;
    assert.ok(peak < megabytes, `${peak} MB for a result of ${megabytes} MB`);
    if (format === "parquet") assert.equal(await rowsInFooter(path), rows);
    else {
      let read = 0;
      for await (const batch of await RecordBatchReader.from(createReadStream(path))) read += batch.numRows;
      assert.equal(read, rows);
    }
  });
}

test("numbers in lists and structs have all digits, without quotes, in every format of text", async (t) => {
  const lake = temporaryDirectory(t);
  const sql = "SELECT [{'id': 9007199254740993, 'price': 1.50, 'name': '1'}] AS a";
  const value = '[{"id":9007199254740993,"price":1.50,"name":"1"}]';
  const outputs = {
    table: `a\n${value}\n`,
    csv: `a\n"${value.replaceAll('"', '""')}"\n`,
    json: `{"a":${value}}\n`,
  };
  for (const [format, stdout] of Object.entries(outputs)) {
    const found = await runMain(main, ["--lake", lake, "--format", format, sql]);
    assert.deepEqual(found, { code: 0, stdout, stderr: "" });
  }
});

test("a mistyped column is reported with the one that was probably meant", async (t) => {
  const lake = temporaryDirectory(t);
  const from = "FROM (VALUES (1, 'x')) AS r(release_id, title)";
  const mistyped = {
    [`SELECT titel ${from}`]: "there is no column titel, did you mean title?",
    [`SELECT r.titel ${from}`]: "there is no column r.titel",
    [`WITH w AS (SELECT * ${from}) SELECT titel FROM w`]: "there is no column titel, did you mean title?",
    [`SELECT 1 ${from} JOIN (SELECT 1 AS release_id) ON releaseid = 1`]:
      "there is no column releaseid, did you mean release_id?",
    [`SELECT 1 ${from} WHERE title = "Blue Train"`]:
      "there is no column Blue Train: if it is a text, write it in single quotes, 'Blue Train'",
    [`SELECT xyzzy ${from}`]: "there is no column xyzzy",
    [`SELECT * EXCLUDE (titel) ${from}`]: "there is no column titel",
    [`SELECT r.* REPLACE (1 AS titel) ${from}`]: "there is no column titel",
    [`SELECT 1 ${from} JOIN (SELECT 1 AS release_id) USING (releaseid)`]:
      "there is no column releaseid on the left side of the join, did you mean release_id?",
    [`SELECT title, count(*) AS releases ${from} GROUP BY title ORDER BY relases`]:
      "there is no column relases, did you mean releases?",
    [`SELECT 1 ${from} QUALIFY row_number() OVER (PARTITION BY titel) = 1`]: "there is no column titel",
    "SELECT {'label_id': 1}.labelid": "there is no field labelid, did you mean label_id?",
  };
  for (const [sql, message] of Object.entries(mistyped)) {
    const { code, stderr } = await runMain(main, ["--lake", lake, sql]);
    assert.deepEqual([code, stderr], [2, `scripts/query.ts: error: duckdb: ${message} (in: ${sql})\n`]);
  }
});

test("SHOW TABLES without a schema, too many threads, too little memory and an endless table name are refused in one line", async (t) => {
  const lake = temporaryDirectory(t);
  mkdirSync(join(lake, "_runs"));
  const refused: [args: string[], message: string][] = [
    [["SHOW TABLES"], "duckdb: name the schema: SHOW TABLES FROM hive.discogs (in: SHOW TABLES)"],
    [
      ["--threads=99999999999", "SELECT 1"],
      '--threads is "99999999999", but must be a whole number from 1 to 1024',
    ],
    [
      ["--memory-limit=1KB", "SELECT 1"],
      "duckdb: the memory limit of 1000 bytes is too low: raise it with --memory-limit, -p memory_limit= of the workflow or DISCOGS_MEMORY_LIMIT (in: SELECT 1)",
    ],
  ];
  for (const [args, message] of refused) {
    const { code, stderr } = await runMain(main, ["--lake", lake, ...args]);
    assert.deepEqual([code, stderr], [2, `scripts/query.ts: error: ${message}\n`]);
  }
  const limits = { threads: 3, memoryLimit: "1GB" };
  assert.deepEqual(sessionLimits({ threads: 3, "memory-limit": "1GB" }), limits);
  const table = `hive.discogs.${"x".repeat(100_000)}`;
  const { code, stderr } = await runMain(main, ["--lake", lake, `SELECT * FROM ${table}`]);
  assert.equal(code, 2);
  assert.ok(stderr.includes(`: there is no table ${table}: no run is active`), stderr.slice(0, 300));
});

test("runs EXPLAIN, DESCRIBE and SUMMARIZE, and nothing that writes", async (t) => {
  const lake = temporaryDirectory(t);
  for (const sql of ["EXPLAIN SELECT 1", "DESCRIBE SELECT 1 AS n", "SUMMARIZE SELECT 1 AS n"]) {
    assert.equal((await runMain(main, ["--lake", lake, sql])).code, 0, sql);
  }
  const plan = await runMain(main, ["--lake", lake, "EXPLAIN ANALYZE SELECT 41 + 1"]);
  assert.match(plan.stdout, /^┌─+┐\n│.*│\n/m, "a plan keeps its line breaks");
  const asCsv = await runMain(main, ["--lake", lake, "--csv", "EXPLAIN SELECT 1"]);
  assert.match(asCsv.stdout, /^explain_key,explain_value\n/);
  const { code, stderr } = await runMain(main, ["--lake", lake, "SELECT * FROM enable_profiling()"]);
  assert.deepEqual([code, stderr.includes("enable_profiling is not one of the functions")], [2, true]);
});

test("streams a large result completely to a slow reader", async (t) => {
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

/** The peak memory of a process so far; 0 if the system does not tell. */
function peakMegabytes(pid: number | undefined): number {
  if (process.platform !== "linux") return 0;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1000;
}

test("a result that fails after its first rows does not exit with 0", async (t) => {
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

test("a reader that stops early ends an endless result quietly", async (t) => {
  const child = startScript(["--lake", temporaryDirectory(t), "--csv", "SELECT * FROM range(1000000000000)"]);
  const ended = once(child, "close");
  let errors = "";
  child.stderr.on("data", (piece) => {
    errors += String(piece);
  });
  child.stdout.once("data", () => child.stdout.destroy());
  assert.deepEqual([(await ended)[0], errors], [0, ""]);
});
