import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { quotedString } from "@duckdb/node-api";
import { ExpectedError } from "../../cli/errors.ts";
import { temporaryDirectory as spillDirectory } from "../../files/temporary_directory.ts";
import { temporaryDirectory } from "../../testing/files.ts";
import { runUnfenced } from "../../testing/run_fixture.ts";
import type { SqlEngine } from "../engine.ts";
import { readSql, sqlFiles } from "../sql_files.ts";
import { openEmbeddedEngine } from "./open.ts";
import { READER_FUNCTIONS, READER_TABLE_FUNCTIONS } from "./reader_functions.ts";
import { readerStatement } from "./reader_statement.ts";
import { openSession } from "./session.ts";

const RUN = "_runs/2026-09__20260914_120000";
const REFUSED = /is not one of the functions that readers may call/;

/** A lake with a sealed run, whose permissions root ignores, and a catalog. */
async function setUp(t: TestContext): Promise<{ lake: string; engine: SqlEngine; victims: string[] }> {
  const lake = temporaryDirectory(t);
  mkdirSync(join(lake, RUN, "data"), { recursive: true });
  const part = join(lake, RUN, "data/part-00000.parquet");
  await runUnfenced(`COPY (SELECT CAST(1 AS BIGINT) AS id) TO '${part}' (FORMAT parquet)`);
  const manifest = join(lake, RUN, "manifest.json");
  writeFileSync(manifest, '{"run_id":"x"}\n');
  const engine = await openEmbeddedEngine(lake, { threads: 1 });
  t.after(() => engine.close());
  await engine.createSchema("discogs");
  const columns = [{ name: "id", type: "BIGINT" }] as const;
  await engine.externalTable("discogs", { name: "t", columns, location: `${RUN}/data`, files: "parquet" });
  for (const file of [part, manifest]) chmodSync(file, 0o444);
  return { lake, engine, victims: [manifest, join(lake, "_meta/duckdb_catalog/discogs.json"), part] };
}

/** Everything in a lake, including links and modes, except what the session itself spills. */
function fingerprint(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith("_tmp.duckdb."))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      const line = `${path} ${statSync(path).mode}`;
      if (entry.isDirectory()) return [line, ...fingerprint(path)];
      return [`${line} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`];
    });
}

/** Calls of every function of this DuckDB with a path in every text parameter. */
async function everyCall(engine: SqlEngine, path: string): Promise<{ name: string; sql: string }[]> {
  const { rows } = await engine.query(
    "SELECT DISTINCT function_name, function_type, parameters, parameter_types FROM duckdb_functions()",
  );
  return rows.flatMap(([name, kind, parameters, types]) => {
    const given = (parameters as (string | null)[]).map((parameter, index) => ({
      parameter: parameter ?? "",
      value: argument(String((types as (string | null)[])[index]), path),
    }));
    const isTable = ["table", "table_macro", "pragma"].includes(String(kind));
    const positional = given.filter(({ parameter }) => !isTable || /^col\d+$/.test(parameter));
    const named = given.filter((each) => !positional.includes(each));
    const lists = [
      positional.map(({ value }) => value),
      ...named.map(({ parameter, value }) => [
        ...positional.map((each) => each.value),
        `"${parameter}" := ${value}`,
      ]),
    ];
    const text = `"${String(name)}"`;
    return lists.map((list) => ({
      name: String(name).toLowerCase(),
      sql: isTable ? `SELECT * FROM ${text}(${list.join(", ")})` : `SELECT ${text}(${list.join(", ")})`,
    }));
  });
}

function argument(type: string, path: string): string {
  if (/BOOLEAN/.test(type)) return "true";
  if (/INT|DOUBLE|FLOAT|DECIMAL/.test(type)) return "1";
  return type.endsWith("[]") ? `[${quotedString(path)}]` : quotedString(path);
}

/** Known writing statements, with the arguments they need. */
const KNOWN = [
  "SELECT * FROM enable_profiling(format := 'json', save_location := %)",
  "SELECT * FROM enable_profiling(save_location := %, mode := 'detailed')",
  "SELECT * FROM enable_logging(storage := 'file', storage_path := %)",
  "SELECT * FROM enable_logging('QueryLog', storage := 'file', storage_config := {'path': %})",
  "SELECT (SELECT count(*) FROM enable_logging(storage := 'file', storage_path := %))",
  "WITH a AS (FROM system.main.enable_profiling(save_location := %)) SELECT * FROM a",
  "EXPLAIN ANALYZE SELECT * FROM enable_profiling(save_location := %)",
  "SUMMARIZE SELECT * FROM enable_profiling(save_location := %)",
  "DESCRIBE FROM enable_profiling(save_location := %)",
  "SELECT * FROM query('FROM enable_profiling()') WHERE % <> ''",
  "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1')) WHERE % <> ''",
  "SELECT write_log(%)",
  "SELECT %.write_log()",
  "CALL enable_profiling(save_location = %)",
  "PRAGMA enable_profiling = %",
  "SET profiling_output = %",
  "COPY (SELECT 1) TO %",
  "EXPORT DATABASE %",
  "EXPLAIN ANALYZE COPY (SELECT 1) TO %",
  "ATTACH %",
  "SELECT * FROM read_duckdb(%)",
  "SELECT 1; COPY (SELECT 1) TO %",
];

test("no function call changes anything in the lake, and functions not on the list are refused", async (t) => {
  const { lake, engine, victims } = await setUp(t);
  const before = fingerprint(lake);
  let refused = 0;
  for (const victim of victims) {
    const calls = victim === victims.at(-1) ? [] : await everyCall(engine, victim);
    for (const { name, sql } of calls) {
      const allowed = READER_FUNCTIONS.has(name) || READER_TABLE_FUNCTIONS.has(name);
      if (allowed && name === "repeat_row") continue;
      const failure = await engine.query(`${sql} LIMIT 1`).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure !== undefined) assert.ok(failure instanceof ExpectedError, `${sql}: ${failure}`);
      if (allowed) continue;
      assert.match(String(failure), REFUSED, sql);
      refused += 1;
    }
    for (const attack of KNOWN) {
      for (const path of [victim, join(lake, RUN, "new"), join(lake, "new")]) {
        await assert.rejects(engine.query(attack.replaceAll("%", quotedString(path))), ExpectedError, attack);
      }
    }
    assert.deepEqual(fingerprint(lake), before);
  }
  assert.ok(refused > 500, `${refused}`);
  await engine.close();
  assert.deepEqual(fingerprint(lake), before);
});

test("without the list, the same calls would change the lake", async (t) => {
  const { lake, victims } = await setUp(t);
  const [victim = ""] = victims;
  const session = await openSession({
    directories: [lake],
    temporary: await spillDirectory(lake, "duckdb"),
  });
  const before = fingerprint(lake);
  await session.run(
    `SELECT * FROM enable_profiling(format := 'json', save_location := ${quotedString(victim)})`,
  );
  await session.run("SELECT 1");
  await session.close();
  assert.notDeepEqual(fingerprint(lake), before);
});

test("every listed function exists in the pinned DuckDB", async (t) => {
  const { engine } = await setUp(t);
  const { rows } = await engine.query("SELECT DISTINCT lower(function_name) FROM duckdb_functions()");
  const known = new Set(rows.map(([name]) => name));
  assert.deepEqual(
    [...READER_FUNCTIONS, ...READER_TABLE_FUNCTIONS].filter((name) => !known.has(name)),
    [],
  );
});

test("runs typical readers' SQL: operators, windows, lambdas, files of the lake, the project's own SQL", async (t) => {
  const { lake, engine } = await setUp(t);
  for (const sql of [
    "SELECT 1 + 2 * 3 - 4 / 5 % 6, 7 // 2, 2 ** 3, 'a' || 'b', 'a' LIKE '%', 'a' NOT ILIKE 'b', 'a' SIMILAR TO 'a'",
    "SELECT count(*), count(DISTINCT id), sum(id) FILTER (id > 1), max(id) OVER (ORDER BY id) FROM hive.discogs.t GROUP BY id",
    "SELECT list_transform([1, 2], lambda x: x + 1), [x * 2 for x in [1, 2] if x > 1], {'a': 1}.a, [1, 2, 3][1:2]",
    "SELECT CAST('1' AS BIGINT), TRY_CAST('x' AS INTEGER), coalesce(NULL, 1), ifnull(NULL, 1), nullif(1, 2)",
    "SELECT current_date, current_timestamp IS NULL, now() IS NULL, extract(year FROM DATE '2026-01-02'), DATE '2026-01-02' + INTERVAL 1 DAY",
    "SELECT CASE WHEN 1 IN (1, 2) THEN 'x' END, 1 BETWEEN 0 AND 2, EXISTS (SELECT 1), NOT true, -1, ~1",
    "SELECT substring('abc' FROM 2 FOR 1), position('a' IN 'a'), trim(BOTH 'x' FROM 'xax')",
    "SELECT unnest([1, 2]), grouping(id) FROM hive.discogs.t GROUP BY ROLLUP (id)",
    "SELECT * EXCLUDE (id), COLUMNS('i.*') FROM HIVE.Discogs.T",
    "SELECT * FROM range(3) r, unnest([1]) u, generate_series(1, 2) s",
    `SELECT * FROM read_parquet('${lake}/${RUN}/data/*.parquet')`,
    `SELECT * FROM '${lake}/${RUN}/data/part-00000.parquet'`,
    `SELECT content FROM read_text('${lake}/${RUN}/manifest.json')`,
    `SELECT run_id FROM read_json('${lake}/${RUN}/manifest.json')`,
    "SUMMARIZE hive.discogs.t",
    "EXPLAIN (FORMAT json) SELECT * FROM hive.discogs.t",
    "WITH a(x) AS (VALUES (1)), b AS (TABLE a) SELECT x FROM b UNION ALL SELECT 2 ORDER BY x LIMIT 1 OFFSET 0",
    "SELECT * FROM (PIVOT (SELECT 1 AS a, 2 AS b) ON a IN (1) USING sum(b))",
  ]) {
    assert.ok(Array.isArray((await engine.query(sql)).rows), sql);
  }
  const session = await openSession({
    directories: [lake],
    temporary: await spillDirectory(lake, "duckdb"),
  });
  t.after(() => session.close());
  for (const folder of ["checks", "views", "kpi", "kpi_v2", "kpi_v3", "history", "showcase_queries"]) {
    for (const file of sqlFiles(folder)) {
      const statement = await readerStatement(session, readSql(`${folder}/${file}`));
      assert.ok(statement.tables.length > 0, file);
    }
  }
});

test("a statement may list more values than a call of JavaScript takes arguments", async (t) => {
  const { engine } = await setUp(t);
  const ids = Array.from({ length: 150_000 }, (_, index) => index);
  const { rows } = await engine.query(`SELECT id FROM hive.discogs.t WHERE id IN (${ids.join(", ")})`);
  assert.deepEqual(rows, [[1n]]);
});

test("a table name that is a path can't bypass the list or leave the lake", async (t) => {
  const { lake, engine } = await setUp(t);
  for (const sql of [
    `SELECT * FROM '${lake}/x.duckdb'`,
    `SUMMARIZE '${lake}/x.db'`,
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM '/etc/x.csv'",
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT getenv('HOME')",
    "SELECT * FROM histogram('/etc/x.csv', a)",
  ]) {
    await assert.rejects(engine.query(sql), ExpectedError, sql);
  }
});

test("a broken dataset does not break queries of others", async (t) => {
  const { lake, engine } = await setUp(t);
  const columns = [{ name: "id", type: "BIGINT" }] as const;
  mkdirSync(join(lake, "broken"));
  await engine.externalTable("discogs", { name: "broken", columns, location: "broken", files: "parquet" });
  await engine.view(
    "discogs",
    "twice",
    "SELECT id FROM hive.discogs.t UNION ALL SELECT id FROM hive.discogs.t",
  );
  await engine.view("discogs", "of_broken", "SELECT id FROM hive.discogs.broken");
  writeFileSync(join(lake, "broken/part-00000.parquet"), "not Parquet");
  const other = await openEmbeddedEngine(lake, { threads: 1 });
  t.after(() => other.close());
  assert.deepEqual((await other.query("SELECT * FROM hive.discogs.twice")).rows, [[1n], [1n]]);
  const listed = await other.query(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'discogs' ORDER BY table_name",
  );
  assert.deepEqual(listed.rows.flat(), ["broken", "of_broken", "t", "twice"]);
  for (const name of ["broken", "of_broken"]) {
    await assert.rejects(other.query(`SELECT * FROM hive.discogs.${name}`), /broken\/part-00000\.parquet/);
  }
  rmSync(join(lake, "broken"), { recursive: true });
  assert.deepEqual((await other.query("SELECT id FROM hive.discogs.t")).rows, [[1n]]);
});

test("ignores file names that begin with . or _", async (t) => {
  const { lake, engine } = await setUp(t);
  for (const name of ["._part-00000.parquet", ".DS_Store", "_x.parquet", "_SUCCESS"]) {
    writeFileSync(join(lake, RUN, "data", name), "not Parquet");
  }
  for (const session of [engine, await openEmbeddedEngine(lake, { threads: 1 })]) {
    assert.deepEqual((await session.query("SELECT id FROM hive.discogs.t")).rows, [[1n]]);
    await session.close();
  }
});
