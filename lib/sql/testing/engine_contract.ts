import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { ExpectedError } from "../../cli/errors.ts";
import type { Column } from "../../datasets/types.ts";
import type { StartedEngine, TestEngine } from "../../testing/engines.ts";
import { runUnfenced } from "../../testing/run_fixture.ts";
import { openEmbeddedEngine } from "../duckdb/open.ts";
import type { ExternalTable, QueryResult, SqlEngine, SqlValue } from "../engine.ts";
import { scriptStatements } from "../script_statements.ts";

const refs: Column = {
  name: "refs",
  type: {
    array: {
      row: [
        { name: "a", type: "BIGINT" },
        { name: "b", type: "VARCHAR" },
      ],
    },
  },
};
const columns: Column[] = [
  { name: "id", type: "BIGINT" },
  { name: "name", type: "VARCHAR" },
  refs,
  { name: "words", type: { array: "VARCHAR" } },
];
const eventColumns: Column[] = [
  { name: "ts", type: "TIMESTAMP(3)" },
  { name: "what", type: "VARCHAR" },
  { name: "n", type: "BIGINT" },
  { name: "ok", type: "BOOLEAN" },
];
const moment = new Date("2026-01-02T03:04:05.678Z");
const eventRows: SqlValue[][] = [
  [new Date(0), "", -(2n ** 63n), false],
  [moment, "it's\n“tricky”; -- \\ \u0001 日本 🎵", 2n ** 63n - 1n, true],
  [null, null, null, null],
];

/** Tests of what every implementation of the SQL interface must do, on a separate lake. */
export function engineContract({ name, start }: TestEngine): void {
  describe(`the SQL interface on ${name}`, () => {
    let lake: string;
    let started: StartedEngine;
    let engine: SqlEngine;
    let count = 0;
    /** A new, empty schema and directory for one test. */
    let schema: string;
    let directory: string;

    before(async () => {
      lake = mkdtempSync(join(tmpdir(), "contract-"));
      started = await start(lake);
      engine = await started.open();
    });
    after(async () => {
      await engine?.close();
      await started?.stop();
      rmSync(lake, { recursive: true });
    });
    beforeEach(async () => {
      count += 1;
      schema = `test_${count}`;
      directory = `data_${count}`;
      mkdirSync(join(lake, directory));
      await engine.createSchema(schema);
    });

    const table = (change: Partial<ExternalTable> = {}): ExternalTable => ({
      name: "t",
      columns,
      location: directory,
      files: "parquet",
      ...change,
    });
    const events = (): ExternalTable => table({ columns: eventColumns, files: "all" });
    const write = (select: string, file: string) =>
      runUnfenced(`COPY (${select}) TO '${join(lake, directory, file)}' (FORMAT parquet)`);
    const rows = async (sql: string) => (await engine.query(sql)).rows;
    const reopen = async () => {
      await engine.close();
      engine = await started.open();
    };

    test("values keep their types: integers exact in 64 bits, timestamps to the millisecond", async () => {
      const result = await engine.query(
        `SELECT CAST(9223372036854775807 AS BIGINT) AS big, -9223372036854775807 - 1 AS least, 1 AS small,
          CAST(TIMESTAMP '2026-01-02 03:04:05.678' AS TIMESTAMP(3)) AS ts, 1 = 1 AS yes,
          CAST(NULL AS VARCHAR) AS nothing, 1.50 AS price, 0.5e0 AS half, DATE '2026-01-02' AS day`,
      );
      assert.deepEqual(
        result.columns.map((column) => `${column.name} ${column.type}`),
        [
          "big BIGINT",
          "least BIGINT",
          "small INTEGER",
          "ts TIMESTAMP(3)",
          "yes BOOLEAN",
          "nothing VARCHAR",
          "price DECIMAL(3, 2)",
          "half DOUBLE",
          "day DATE",
        ],
      );
      assert.deepEqual(result.rows, [
        [2n ** 63n - 1n, -(2n ** 63n), 1, moment, true, null, "1.50", 0.5, "2026-01-02"],
      ]);
    });

    test("runs each statement of a script separately", async () => {
      const results: SqlValue[][][] = [];
      for (const { sql } of scriptStatements("SELECT ';' AS a; -- two\nSELECT 2 AS b;")) {
        results.push(await rows(sql));
      }
      assert.deepEqual(results, [[[";"]], [[2]]]);
    });

    test("runs SHOW and EXPLAIN if they only read", async () => {
      await engine.externalTable(schema, events());
      const place = `hive.${schema}.t`;
      for (const sql of [
        `DESCRIBE ${place}`,
        `SHOW TABLES FROM hive.${schema}`,
        `EXPLAIN SELECT count(*) FROM ${place}`,
        `/* why */ EXPLAIN -- SELECT\n ANALYZE (SELECT count(*) FROM ${place})`,
      ]) {
        assert.ok((await rows(sql)).length > 0, sql);
      }
    });

    test("a streamed result has the same rows, in at least one part", async () => {
      const n = 30_000;
      await write(
        `SELECT range AS id, range || repeat('x', 1000) AS name FROM range(${n})`,
        "part-00000.parquet",
      );
      await engine.externalTable(schema, table());
      const sql = `SELECT id, name FROM hive.${schema}.t ORDER BY id`;
      const found: SqlValue[][] = [];
      let parts = 0;
      for await (const part of engine.stream(sql)) {
        assert.deepEqual(
          part.columns.map((column) => `${column.name} ${column.type}`),
          ["id BIGINT", "name VARCHAR"],
        );
        found.push(...part.rows);
        parts += 1;
      }
      assert.ok(parts > 1);
      assert.deepEqual(found, await rows(sql));
      const none: QueryResult[] = [];
      for await (const part of engine.stream(`SELECT id FROM hive.${schema}.t WHERE id < 0`)) none.push(part);
      assert.deepEqual(none, [{ columns: [{ name: "id", type: "BIGINT" }], rows: [] }]);
    });

    test("leaving a stream early ends it, and the engine stays usable", async () => {
      await write("SELECT range AS id FROM range(100000)", "part-00000.parquet");
      await engine.externalTable(schema, table());
      const sql = `SELECT a.id FROM hive.${schema}.t a CROSS JOIN hive.${schema}.t b`;
      for await (const part of engine.stream(sql)) {
        assert.ok(part.rows.length > 0);
        break;
      }
      assert.deepEqual(await rows("SELECT 1"), [[1]]);
    });

    test("a stream that fails after its first rows throws instead of ending", async () => {
      await write("SELECT range AS id FROM range(1000000)", "part-00000.parquet");
      await engine.externalTable(schema, table());
      const zero = name === "duckdb" ? "error('Division by zero')" : "1 / (id - id)";
      const sql = `SELECT id, CASE id WHEN 900000 THEN ${zero} ELSE 1 END AS one FROM hive.${schema}.t`;
      const read = async () => {
        let count = 0;
        for await (const part of engine.stream(sql, { file: "sql/x.sql" })) count += part.rows.length;
        return count;
      };
      await assert.rejects(read(), (error) => {
        assert.ok(error instanceof ExpectedError);
        assert.match(error.message, new RegExp(`^${name}: sql/x\\.sql:1.*Division by zero`));
        return true;
      });
    });

    test("a table has the declared columns in order: absent ones are NULL, extra ones hidden", async () => {
      await write("SELECT 'x' AS name, 7 AS extra, CAST(1 AS BIGINT) AS id", "part-00000.parquet");
      await write("SELECT 'y' AS name, 7 AS extra, CAST(2 AS BIGINT) AS id", "part-00001.parquet");
      for (const hidden of ["_SUCCESS", ".crc"]) writeFileSync(join(lake, directory, hidden), "not Parquet");
      await engine.externalTable(schema, table());
      const result = await engine.query(`SELECT * FROM hive.${schema}.t ORDER BY id`);
      assert.deepEqual(
        result.columns.map((column) => `${column.name} ${column.type}`),
        ["id BIGINT", "name VARCHAR", "refs ARRAY(ROW(a BIGINT, b VARCHAR))", "words ARRAY(VARCHAR)"],
      );
      assert.deepEqual(result.rows, [
        [1n, "x", null, null],
        [2n, "y", null, null],
      ]);
    });

    test("nested values are arrays and objects, with NULL at every depth", async () => {
      const struct = "STRUCT(a BIGINT, b VARCHAR)[]";
      await write(
        `SELECT CAST(1 AS BIGINT) AS id, CAST([{'a': 9223372036854775807, 'b': 'x'}, {'a': NULL, 'b': NULL}]
          AS ${struct}) AS refs, ['p', NULL] AS words
        UNION ALL SELECT 2, CAST([] AS ${struct}), CAST([] AS VARCHAR[])
        UNION ALL SELECT 3, NULL, NULL`,
        "part-00000.parquet",
      );
      await engine.externalTable(schema, table());
      assert.deepEqual(await rows(`SELECT refs, words FROM hive.${schema}.t ORDER BY id`), [
        [
          [
            { a: 2n ** 63n - 1n, b: "x" },
            { a: null, b: null },
          ],
          ["p", null],
        ],
        [[], []],
        [null, null],
      ]);
    });

    test("a result of many pages is complete and in order", async () => {
      const n = 30_000;
      await write(`SELECT range + 9007199254740993 AS id FROM range(${n})`, "part-00000.parquet");
      await engine.externalTable(schema, table());
      const found = await rows(`SELECT id FROM hive.${schema}.t ORDER BY id`);
      assert.equal(found.length, n);
      assert.ok(found.every(([id], index) => id === 9007199254740993n + BigInt(index)));
    });

    test("definitions outlive the session, and views can be replaced and read each other", async () => {
      await write("SELECT CAST(1 AS BIGINT) AS id, 'x' AS name", "part-00000.parquet");
      await engine.externalTable(schema, table());
      await engine.view(schema, "names", "SELECT 'wrong' AS name");
      await engine.view(schema, "names", `SELECT name FROM hive.${schema}.t`);
      await engine.view(schema, "more_names", `SELECT name FROM hive.${schema}.names`);
      await reopen();
      assert.deepEqual(await rows(`SELECT * FROM hive.${schema}.more_names`), [["x"]]);
      assert.ok((await engine.schemas()).includes(schema));
      assert.deepEqual(await engine.objects(schema), [
        { name: "more_names", kind: "view" },
        { name: "names", kind: "view" },
        { name: "t", kind: "table" },
      ]);
      assert.deepEqual(await engine.objects("nope"), []);
    });

    test("recreating a table keeps it, or makes it as requested", async () => {
      await write("SELECT CAST(1 AS BIGINT) AS id, 'x' AS name", "part-00000.parquet");
      await engine.externalTable(schema, table());
      await engine.externalTable(schema, table());
      await engine.externalTable(schema, table({ columns: [{ name: "name", type: "VARCHAR" }] }));
      assert.deepEqual(await rows(`SELECT * FROM hive.${schema}.t`), [["x"]]);
      mkdirSync(join(lake, directory, "inner"));
      await write("SELECT CAST(2 AS BIGINT) AS id, 'y' AS name", "inner/part-00000.parquet");
      await engine.externalTable(schema, table({ location: `${directory}/inner` }));
      assert.deepEqual(await rows(`SELECT id, name FROM hive.${schema}.t`), [[2n, "y"]]);
    });

    test("reports the locations of tables, relative to the lake", async () => {
      mkdirSync(join(lake, directory, "inner"));
      await engine.externalTable(schema, table());
      await engine.externalTable(schema, table({ name: "u", location: `${directory}/inner` }));
      await engine.view(schema, "v", `SELECT id FROM hive.${schema}.t`);
      const expected = { t: directory, u: `${directory}/inner` };
      assert.deepEqual(Object.fromEntries(await engine.locations(schema)), expected);
      assert.deepEqual(await engine.locations("nope"), new Map());
      const placed = await engine.placedObjects(schema);
      assert.deepEqual(placed.get(schema), [
        { name: "t", kind: "table", location: directory },
        { name: "u", kind: "table", location: `${directory}/inner` },
        { name: "v", kind: "view", location: undefined },
      ]);
      assert.deepEqual(await engine.placedObjects("nope"), new Map());
    });

    test("a dropped object is gone in the next session too, but its files are kept", async () => {
      await write("SELECT CAST(1 AS BIGINT) AS id", "part-00000.parquet");
      await engine.externalTable(schema, table());
      await engine.view(schema, "v", `SELECT id FROM hive.${schema}.t`);
      for (let times = 0; times < 2; times += 1) {
        await engine.drop(schema, { name: "v", kind: "view" });
        await engine.drop(schema, { name: "t", kind: "table" });
      }
      await reopen();
      assert.deepEqual(await engine.objects(schema), []);
      await assert.rejects(rows(`SELECT * FROM hive.${schema}.t`), /t.? does not exist/);
      assert.deepEqual(readdirSync(join(lake, directory)), ["part-00000.parquet"]);
    });

    test("refuses a missing directory without creating it, and finds no events in an empty one", async () => {
      const missing = table({ location: `${directory}/nowhere` });
      await assert.rejects(engine.externalTable(schema, missing), (error) => {
        assert.ok(error instanceof ExpectedError);
        assert.match(error.message, /hive\.test_\d+\.t: its directory .*nowhere is missing/);
        return true;
      });
      assert.deepEqual(readdirSync(join(lake, directory)), []);
      await engine.externalTable(schema, events());
      assert.deepEqual(await rows(`SELECT count(*) FROM hive.${schema}.t`), [[0n]]);
    });

    test("each batch of appended rows is one new file, visible at once and to the next session", async () => {
      await engine.externalTable(schema, events());
      await engine.appendRows(schema, "t", [eventRows.slice(1, 2), [], eventRows.slice(2)]);
      await engine.appendRows(schema, "t", []);
      await engine.appendRows(schema, "t", [[], []]);
      await engine.appendRows(schema, "t", [eventRows.slice(0, 1)]);
      assert.equal(readdirSync(join(lake, directory)).length, 2);
      const select = `SELECT * FROM hive.${schema}.t ORDER BY ts NULLS LAST`;
      assert.deepEqual(await rows(select), eventRows);
      await reopen();
      assert.deepEqual(await rows(select), eventRows);
    });

    test("an empty file, as left by a server killed during an append, has no rows", async () => {
      writeFileSync(join(lake, directory, "20260102_query"), "");
      await engine.externalTable(schema, events());
      const select = `SELECT ts FROM hive.${schema}.t ORDER BY ts`;
      assert.deepEqual(await rows(select), []);
      await engine.appendRows(schema, "t", [eventRows.slice(0, 1)]);
      await reopen();
      assert.deepEqual(await rows(select), [[new Date(0)]]);
    });

    test("refuses a whole batch if a row does not fit the table", async () => {
      await engine.externalTable(schema, events());
      const append = (...given: SqlValue[][]) =>
        engine.appendRows(schema, "t", [given.slice(0, 1), given.slice(1)]);
      const sound = [moment, "a", 1n, true];
      await assert.rejects(append(sound, [moment, "a", "1", true]), /n: 1 can't be appended as "BIGINT"/);
      await assert.rejects(append(sound, [moment, "a", 2n ** 63n, true]), /n: 9223372036854775808 can't/);
      await assert.rejects(append(sound, [new Date(Number.NaN), "a", 1n, true]), /ts: Invalid Date can't/);
      await assert.rejects(append(sound, [null]), /1 values, but the table has 4 columns/);
      assert.deepEqual(readdirSync(join(lake, directory)), []);
      await assert.rejects(
        engine.appendRows(schema, "nope", [[[1n]]]),
        /there is no table hive.test_\d+.nope/,
      );
    });

    test("this engine and the embedded one read each other's event files", async () => {
      const other = await openEmbeddedEngine(lake, { threads: 1 });
      try {
        await engine.externalTable(schema, events());
        await engine.appendRows(schema, "t", [eventRows.slice(0, 2)]);
        await other.createSchema(`${schema}_other`);
        await other.externalTable(`${schema}_other`, events());
        await other.appendRows(`${schema}_other`, "t", [eventRows.slice(2)]);
        writeFileSync(join(lake, directory, "_tmp.half"), "not Parquet");
        const order = "ORDER BY ts NULLS LAST";
        const here = await engine.query(`SELECT * FROM hive.${schema}.t ${order}`);
        const there = await other.query(`SELECT * FROM hive.${schema}_other.t ${order}`);
        assert.deepEqual(here, there);
        assert.deepEqual(here.rows, eventRows);
        assert.equal(here.columns[0]?.type, "TIMESTAMP(3)");
        const at = `SELECT count(*) FROM hive.%.t WHERE ts = TIMESTAMP '2026-01-02 03:04:05.678'`;
        assert.deepEqual(await rows(at.replace("%", schema)), [[1n]]);
        assert.deepEqual((await other.query(at.replace("%", `${schema}_other`))).rows, [[1n]]);
      } finally {
        await other.close();
      }
    });

    test("a table through active shows the run active at the session's start, or is refused", async () => {
      if (!engine.resolvesActive) {
        const through = engine.externalTable(schema, table({ location: "active/data" }));
        return assert.rejects(through, /a Trino table can't be located through active/);
      }
      for (const run of ["1", "2"]) {
        mkdirSync(join(lake, `_runs/${run}/data`), { recursive: true });
        await write(`SELECT CAST(${run} AS BIGINT) AS id`, `../_runs/${run}/data/a.parquet`);
      }
      symlinkSync("_runs/1", join(lake, "active"));
      await reopen();
      await engine.externalTable(schema, table({ location: "active/data" }));
      assert.deepEqual(await rows(`SELECT id FROM hive.${schema}.t`), [[1n]]);
      symlinkSync("_runs/2", join(lake, "_tmp.active"));
      renameSync(join(lake, "_tmp.active"), join(lake, "active"));
      await reopen();
      assert.deepEqual(await rows(`SELECT id FROM hive.${schema}.t`), [[2n]]);
    });

    test("refuses injections by name, location, view or statement, and the table still exists", async () => {
      await write("SELECT CAST(1 AS BIGINT) AS id", "part-00000.parquet");
      await engine.externalTable(schema, table());
      const evil = `t"; DROP TABLE hive.${schema}.t; --`;
      const attacks: (() => Promise<unknown>)[] = [
        () => engine.createSchema(evil),
        () => engine.createSchema("../x"),
        () => engine.externalTable(schema, table({ name: evil })),
        () => engine.externalTable(schema, table({ columns: [{ name: evil, type: "BIGINT" }] })),
        () => engine.externalTable(schema, table({ location: `../${directory}` })),
        () => engine.externalTable(schema, table({ location: `${directory}/*.parquet') --` })),
        () => engine.externalTable(evil, table()),
        () => engine.view(schema, evil, "SELECT 1 AS a"),
        () => engine.view(schema, "v", `SELECT 1 AS a; DROP TABLE hive.${schema}.t`),
        () => engine.view(schema, "v", `DROP TABLE hive.${schema}.t`),
        () => engine.appendRows(schema, evil, [[[1n]]]),
        () => engine.appendRows(evil, "t", [[[1n]]]),
        () => engine.objects(evil),
        () => engine.drop(schema, { name: evil, kind: "table" }),
        () => engine.query(`DROP TABLE hive.${schema}.t`),
        () => engine.query(`/* SELECT */ DROP TABLE hive.${schema}.t`),
        () => engine.query(`SELECT 1; DROP TABLE hive.${schema}.t`),
        () => engine.query(`INSERT INTO hive.${schema}.t (id) VALUES (2)`),
        () => engine.query(`CREATE TABLE hive.${schema}.u AS SELECT 1 AS a`),
        () => drain(engine.stream(`SELECT 1; DROP TABLE hive.${schema}.t`)),
        () => drain(engine.stream(`DROP TABLE hive.${schema}.t`)),
        () => engine.query(`EXPLAIN ANALYZE DROP TABLE hive.${schema}.t`),
        () => engine.query(`EXPLAIN ANALYZE INSERT INTO hive.${schema}.t (id) VALUES (2)`),
        () => engine.query(`EXPLAIN (FORMAT JSON) (DROP TABLE hive.${schema}.t)`),
      ];
      for (const attack of attacks) await assert.rejects(attack, ExpectedError, attack.toString());
      // With nested comments this would be a DROP; the EXPLAIN is run.
      assert.ok((await rows(`/* /* */ EXPLAIN SELECT '*/ DROP TABLE hive.${schema}.t --'`)).length > 0);
      assert.deepEqual(await rows(`SELECT id FROM hive.${schema}.t`), [[1n]]);
      assert.deepEqual(await engine.objects(schema), [{ name: "t", kind: "table" }]);
    });

    test("reports a wrong statement in one line with its place and text", async () => {
      const message = async (run: Promise<unknown>): Promise<string> => {
        const error = await run.then(
          () => assert.fail("no error"),
          (reason: unknown) => reason,
        );
        assert.ok(error instanceof ExpectedError, String(error));
        assert.ok(!error.message.includes("\n"));
        return error.message;
      };
      const nope = `SELECT 1 AS a,\n  nope\nFROM hive.${schema}.t`;
      const quote = `SELECT 1 AS a, nope FROM hive\\.${schema}\\.t`;
      await engine.externalTable(schema, table());
      assert.match(await message(engine.query(nope)), new RegExp(`^${name}: .*nope.*${quote}`));
      const script = `SELECT 1;\n\n-- the second\n${nope}`;
      const second = scriptStatements(script, { file: "sql/x.sql" })[1];
      assert.ok(second !== undefined);
      const inFile = await message(engine.query(second.sql, second.source));
      assert.match(inFile, new RegExp(`^${name}: sql/x\\.sql:5(:3)?: [^^]*nope[^^]*${quote}`));
      assert.match(await message(engine.query("SELEC 1")), /SELEC/);
      assert.match(await message(engine.query(`SELECT * FROM hive.${schema}.gone`)), /gone/);
    });
  });
}

async function drain(parts: AsyncIterable<QueryResult>): Promise<void> {
  for await (const part of parts) assert.ok(part.columns.length > 0);
}
