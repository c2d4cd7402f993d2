import assert from "node:assert/strict";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { ExpectedError } from "../../cli/errors.ts";
import type { Column } from "../../datasets/types.ts";
import { Int64Buffers } from "../../parquet/column_buffers.ts";
import { PlainFile } from "../../parquet/plain_file.ts";
import type { ExternalTable, SqlEngine } from "../engine.ts";
import { openEmbeddedEngine, openLakeSession } from "./open.ts";

const columns: Column[] = [
  { name: "id", type: "BIGINT" },
  { name: "name", type: "VARCHAR" },
  {
    name: "refs",
    type: {
      array: {
        row: [
          { name: "a", type: "BIGINT" },
          { name: "b", type: "VARCHAR" },
        ],
      },
    },
  },
];
const table = (location: string): ExternalTable => ({ name: "t", columns, location, files: "parquet" });
const events: ExternalTable = {
  name: "events",
  columns: [
    { name: "ts", type: "TIMESTAMP(3)" },
    { name: "what", type: "VARCHAR" },
    { name: "n", type: "BIGINT" },
    { name: "ok", type: "BOOLEAN" },
  ],
  location: "_meta/events",
  files: "all",
};

let lake: string;
let engine: SqlEngine;

beforeEach(async () => {
  lake = mkdtempSync(join(tmpdir(), "engine-"));
  mkdirSync(join(lake, "data"));
  mkdirSync(join(lake, "_meta/events"), { recursive: true });
  engine = await openEmbeddedEngine(lake, { threads: 1, memoryLimit: "200MB" });
});

afterEach(async () => {
  await engine.close();
  rmSync(lake, { recursive: true });
});

/** Writes a Parquet file with an unrestricted DuckDB. */
async function copy(select: string, path: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${join(lake, path)}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

/** Closes the session and opens a new one on the same lake. */
async function reopen(): Promise<void> {
  await engine.close();
  engine = await openEmbeddedEngine(lake, { threads: 1 });
}

async function rows(sql: string) {
  return (await engine.query(sql)).rows;
}

test("the catalog outlives the session, with locations relative to the lake", async () => {
  await copy("SELECT CAST(1 AS BIGINT) AS id, 'x' AS name", "data/part-00000.parquet");
  await engine.createSchema("discogs");
  await engine.externalTable("discogs", table("data"));
  await engine.view("discogs", "names", "SELECT name FROM hive.discogs.t");
  await reopen();
  assert.deepEqual(await rows("SELECT * FROM hive.discogs.names"), [["x"]]);
  assert.deepEqual(await engine.schemas(), ["discogs"]);
  assert.deepEqual(await engine.objects("discogs"), [
    { name: "names", kind: "view" },
    { name: "t", kind: "table" },
  ]);
  assert.deepEqual(await engine.objects("nope"), []);
  const text = readFileSync(join(lake, "_meta/duckdb_catalog/discogs.json"), "utf8");
  assert.ok(!text.includes(lake), text);
  assert.deepEqual(readdirSync(join(lake, "_meta/duckdb_catalog")), ["discogs.json"]);
});

test("other sessions see batched changes together or not at all", async () => {
  await copy("SELECT CAST(1 AS BIGINT) AS id, 'x' AS name", "data/part-00000.parquet");
  const others = async () => {
    const other = await openEmbeddedEngine(lake, { threads: 1 });
    const objects = await other.objects("discogs");
    await other.close();
    return objects.map(({ name }) => name);
  };
  const make = async (view: string) => {
    await engine.createSchema("discogs");
    await engine.externalTable("discogs", table("data"));
    assert.deepEqual(await rows("SELECT name FROM hive.discogs.t"), [["x"]]);
    await engine.view("discogs", "names", view);
  };
  await assert.rejects(
    engine.atOnce("discogs", () => make("SELECT nothing FROM hive.discogs.t")),
    ExpectedError,
  );
  assert.deepEqual([await others(), await engine.objects("discogs")], [[], []]);
  await engine.atOnce("discogs", async () => {
    await make("SELECT name FROM hive.discogs.t");
    assert.deepEqual(await others(), []);
  });
  assert.deepEqual(await others(), ["names", "t"]);
  const file = join(lake, "_meta/duckdb_catalog/discogs.json");
  const before = statSync(file, { bigint: true }).ino;
  await engine.atOnce("discogs", () => make("SELECT name FROM hive.discogs.t"));
  assert.equal(statSync(file, { bigint: true }).ino, before, "nothing changed, so nothing is written");
  const shown = "SELECT count(*) FROM (DESCRIBE hive.discogs.names)";
  assert.deepEqual(await rows(shown), [[1n]]);
  const replace = async () => {
    await engine.view("discogs", "names", "SELECT 1 AS a, 2 AS b FROM hive.discogs.t");
    throw new ExpectedError("stop");
  };
  await assert.rejects(engine.atOnce("discogs", replace), /stop/);
  assert.deepEqual(await rows(shown), [[1n]], "the same session has the old view, too");
});

test("rereads a file replaced by one of the same size", async () => {
  const path = join(lake, "data/part-00000.parquet");
  await engine.createSchema("discogs");
  for (const nulls of [3, 2, 1, 4]) {
    const column = new Int64Buffers();
    for (let row = 0; row < nulls; row++) column.appendNull();
    rmSync(path, { force: true });
    const file = new PlainFile(path, [{ name: "id", type: "BIGINT" }]);
    file.add([[column]], nulls);
    file.finish();
    await engine.externalTable("discogs", table("data"));
    assert.deepEqual(await rows("SELECT count(*), count(id) FROM hive.discogs.t"), [[BigInt(nulls), 0n]]);
  }
});

test("refuses a missing directory, and names in the query one that disappeared, is empty, or has a damaged file", async () => {
  await engine.createSchema("discogs");
  await assert.rejects(
    engine.externalTable("discogs", table("nowhere")),
    /discogs\.t: its directory .*nowhere is missing/,
  );
  await engine.externalTable("discogs", table("data"));
  const named = async (message: RegExp) => {
    await reopen();
    await assert.rejects(rows("SELECT count(*) FROM hive.discogs.t"), (error) => {
      assert.ok(error instanceof ExpectedError);
      assert.match(error.message, message);
      return true;
    });
  };
  await named(/hive\.discogs\.t: its directory .*data has no Parquet file/);
  writeFileSync(join(lake, "data", "a.parquet"), "no Parquet");
  await named(/^hive\.discogs\.t can't be read: [^\n]*\/data\/a\.parquet' too small to be a Parquet file$/);
  rmSync(join(lake, "data"), { recursive: true });
  await named(/hive\.discogs\.t: its directory .*data is missing/);
});

test("reads a run that active names by an absolute path", async () => {
  mkdirSync(join(lake, "_runs/1/data"), { recursive: true });
  await copy("SELECT CAST(1 AS BIGINT) AS id", "_runs/1/data/a.parquet");
  symlinkSync(join(lake, "_runs/1"), join(lake, "active"));
  await reopen();
  await engine.createSchema("discogs");
  await engine.externalTable("discogs", table("active/data"));
  assert.deepEqual(await rows("SELECT id FROM hive.discogs.t"), [[1n]]);
});

test("a statement that writes leaves nothing behind, even if DuckDB acts while preparing it", async () => {
  const place = join(lake, "data", "export");
  for (const sql of [`EXPORT DATABASE '${place}'`, `/* SELECT */ -- WITH\n EXPORT DATABASE '${place}'`]) {
    await assert.rejects(
      engine.query(sql),
      /only statements that read are allowed, but this begins with EXPORT/,
    );
  }
  assert.deepEqual(readdirSync(join(lake, "data")), []);
});

test("resolves active once per session", async () => {
  for (const run of ["1", "2"]) {
    mkdirSync(join(lake, `_runs/${run}/data`), { recursive: true });
    await copy(`SELECT CAST(${run} AS BIGINT) AS id`, `_runs/${run}/data/a.parquet`);
  }
  symlinkSync("_runs/1", join(lake, "active"));
  await reopen();
  await engine.createSchema("discogs");
  await engine.externalTable("discogs", table("active/data"));
  assert.deepEqual(await rows("SELECT id FROM hive.discogs.t"), [[1n]]);
  unlinkSync(join(lake, "active"));
  symlinkSync("_runs/2", join(lake, "active"));
  assert.deepEqual(await rows("SELECT id FROM hive.discogs.t"), [[1n]]);
  await reopen();
  assert.deepEqual(await rows("SELECT id FROM hive.discogs.t"), [[2n]]);
});

test("reads and appends to what is on other disks: _runs, _meta, a run", async () => {
  const run = "2026-01__20260201_000000";
  const disk = mkdtempSync(join(tmpdir(), "disk-"));
  try {
    for (const name of ["runs", "meta/events", "run/data"]) mkdirSync(join(disk, name), { recursive: true });
    await copy("SELECT 1::BIGINT AS id", "data/a.parquet");
    renameSync(join(lake, "data/a.parquet"), join(disk, "run/data/a.parquet"));
    rmSync(join(lake, "_meta"), { recursive: true });
    for (const [name, place] of [
      ["meta", "_meta"],
      ["runs", "_runs"],
      ["run", `_runs/${run}`],
    ] as const) {
      symlinkSync(join(disk, name), join(lake, place));
    }
    symlinkSync(`_runs/${run}`, join(lake, "active"));
    await reopen();
    await engine.createSchema("discogs");
    await engine.externalTable("discogs", table("active/data"));
    assert.deepEqual(await rows("SELECT id FROM hive.discogs.t"), [[1n]]);
    await engine.createSchema("history");
    await engine.externalTable("history", events);
    await engine.appendRows("history", "events", [[[new Date(1), "a", 1n, true]]]);
    assert.deepEqual(await rows("SELECT n FROM hive.history.events"), [[1n]]);
  } finally {
    rmSync(disk, { recursive: true });
  }
});

test("appended timestamps are Parquet TIMESTAMP(MILLIS), not UTC-adjusted", async () => {
  await engine.createSchema("history");
  await engine.externalTable("history", events);
  await engine.appendRows("history", "events", [[[new Date(1), "a", 1n, true]]]);
  const [row] = await rows(
    `SELECT logical_type FROM parquet_schema('${lake}/_meta/events/*.parquet') WHERE name = 'ts'`,
  );
  assert.match(String(row?.[0]), /isAdjustedToUTC=0, unit=TimeUnit\(MILLIS/);
});

test("reads event files of another engine: no suffix, other timestamp units, hidden names ignored", async () => {
  const select = (ts: string) => `SELECT ${ts} AS ts, 'x' AS what, CAST(1 AS BIGINT) AS n, true AS ok`;
  await copy(select("TIMESTAMP '2026-01-02 03:04:05.678'"), "_meta/events/20260102_query_1");
  await copy(select("TIMESTAMP '2026-01-02 03:04:05.999'"), "_meta/events/_tmp.half");
  await copy(select("TIMESTAMP_NS '2026-01-02 03:04:05.679'"), "_meta/events/b.parquet");
  await engine.createSchema("history");
  await engine.externalTable("history", events);
  const result = await engine.query("SELECT ts FROM hive.history.events ORDER BY ts");
  assert.equal(result.columns[0]?.type, "TIMESTAMP(3)");
  assert.deepEqual(result.rows, [
    [new Date("2026-01-02T03:04:05.678Z")],
    [new Date("2026-01-02T03:04:05.679Z")],
  ]);
});

test("the session can't read or write outside of the lake, nor change settings", async () => {
  const beside = `${lake}x`;
  mkdirSync(beside);
  await copy("SELECT 1 AS a", `../${beside.slice(beside.lastIndexOf("/") + 1)}/a.parquet`);
  try {
    for (const sql of [
      "SELECT * FROM read_text('/etc/hostname')",
      `SELECT * FROM read_parquet('${beside}/a.parquet')`,
      `SELECT * FROM read_parquet('${lake}/../${beside}/a.parquet')`,
      "SELECT * FROM read_parquet('https://127.0.0.1:1/a.parquet')",
      `COPY (SELECT 1) TO '${lake}/data/x.parquet'`,
      `EXPLAIN ANALYZE COPY (SELECT 1) TO '${lake}/data/x.parquet'`,
      "SET enable_external_access = true",
      "ATTACH 'x.db'",
    ]) {
      await assert.rejects(engine.query(sql), ExpectedError, sql);
    }
    assert.deepEqual(readdirSync(join(lake, "data")), []);
  } finally {
    rmSync(beside, { recursive: true });
  }
});

test("spills to disk inside the lake, and leaves nothing behind", async () => {
  await engine.query(
    "SELECT count(*) FROM (SELECT hash(range) || repeat('x', 60) AS s FROM range(3000000) ORDER BY s LIMIT 2000000)",
  );
  assert.ok(
    readdirSync(lake).some((name) => name.startsWith("_tmp.duckdb.")),
    "the query did not spill",
  );
  await engine.close();
  assert.deepEqual(
    readdirSync(lake).filter((name) => name.startsWith("_tmp.")),
    [],
  );
  engine = await openEmbeddedEngine(lake);
});

test("names a damaged catalog file", async () => {
  mkdirSync(join(lake, "_meta/duckdb_catalog"));
  writeFileSync(
    join(lake, "_meta/duckdb_catalog/discogs.json"),
    '{"version":1,"schema":"discogs","objects":[{}]}',
  );
  await assert.rejects(
    engine.query("SELECT 1 FROM hive.discogs.t"),
    /duckdb_catalog\/discogs\.json: .*; move it away, then run bin\/lake register_active$/,
  );
});

test("reads a lake below a directory of any other name", async () => {
  for (const name of [
    "Müsik ✓",
    "it's",
    'a"b',
    "{a,b}",
    "%20",
    "#a;",
    "$HOME",
    "~",
    "a:b",
    "env=prod",
    "a\nb",
    " x ",
  ]) {
    const other = join(lake, name);
    mkdirSync(join(other, "data"), { recursive: true });
    await copy("SELECT CAST(1 AS BIGINT) AS id", "data/a.parquet");
    cpSync(join(lake, "data/a.parquet"), join(other, "data/a.parquet"));
    const there = await openEmbeddedEngine(other, { threads: 1 });
    await there.createSchema("discogs");
    await there.externalTable("discogs", table("data"));
    assert.deepEqual((await there.query("SELECT id FROM hive.discogs.t")).rows, [[1n]], name);
    await there.close();
  }
});

test("refuses a missing lake, and one whose name is a pattern", async () => {
  await assert.rejects(
    openEmbeddedEngine(join(lake, "nope")),
    /there is no lake \S+nope: main\.dig creates it /,
  );
  for (const name of ["a[b]", "a\\b"]) {
    mkdirSync(join(lake, name));
    await assert.rejects(openEmbeddedEngine(join(lake, name)), /can't read below a directory/);
  }
  await assert.rejects(openEmbeddedEngine(lake, { memoryLimit: "much" }), /memory limit "much"/);
});

test("a session that can't be opened leaves nothing", async () => {
  const unreadable = join(lake, "data[1]");
  mkdirSync(unreadable);
  await assert.rejects(openEmbeddedEngine(unreadable), /DuckDB can't read below a directory with/);
  await assert.rejects(
    openEmbeddedEngine(join(lake, "data"), { memoryLimit: "much" }),
    /the memory limit "much"/,
  );
  const signal = AbortSignal.abort(new ExpectedError("interrupted"));
  await assert.rejects(openLakeSession(join(lake, "data"), { signal }), /interrupted/);
  assert.deepEqual([readdirSync(unreadable), readdirSync(join(lake, "data"))], [[], []]);
});
