import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { tableFromIPC } from "apache-arrow";
import { temporaryDirectory } from "../../testing/files.ts";
import { openEmbeddedEngine } from "../duckdb/open.ts";
import type { QueryResult, SqlValue } from "../engine.ts";
import { formatOfFile, type ResultFormat, renderers } from "./formats.ts";

async function bytesOf(format: ResultFormat, parts: AsyncIterable<QueryResult>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of renderers[format](parts)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function* resultOf(types: Record<string, string>, rows: SqlValue[][]): AsyncGenerator<QueryResult> {
  const columns = Object.entries(types).map(([name, type]) => ({ name, type }));
  yield { columns, rows };
}

/** Every supported type, with a value, extreme ones and NULL. */
const TYPED = `
  SELECT * FROM (VALUES
    (true, (-128)::TINYINT, (-32768)::SMALLINT, 2147483647::INTEGER, 9223372036854775807::BIGINT, 255::UTINYINT,
      65535::USMALLINT, 4294967295::UINTEGER, 18446744073709551615::UBIGINT, 1.5::FLOAT, -2.25::DOUBLE, 'Dahlbäck 🎹', DATE '1969-12-31', TIME '23:59:59.000001',
      TIMESTAMP '0001-01-01 00:00:00.000001', TIMESTAMP_MS '2026-09-01 12:00:00.5', TIMESTAMPTZ '2026-09-01 12:00:00.25+02',
      12345678.90::DECIMAL(10, 2), -0.001::DECIMAL(38, 3), -5::HUGEINT, ['a', NULL, ''],
      [{'artist_id': 1, 'name': NULL}, NULL], {'a b': {'c': [1.5]}}),
    (false, 127, 32767, -2147483648, -9223372036854775808, 0, 0, 0, 0, 0, 0, '', DATE '9999-12-31', TIME '00:00:00',
      TIMESTAMP '9999-12-31 23:59:59.999999', TIMESTAMP_MS '1969-12-31 23:59:59.999', TIMESTAMPTZ '1969-12-31 00:00:00+00', 0, 7,
      99999999999999999999999999999999999999::HUGEINT, [], [], {'a b': NULL}),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
  ) AS typed(flag, tiny, small, int, long, utiny, usmall, uint, ulong, single, double, text, date, time, stamp, millis, zoned, price, fine,
    huge, list, refs, nested)`;

async function withDuckDb<T>(fn: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    return await fn(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

test("Parquet has DuckDB's values and proper types for every type", async (t) => {
  const lake = temporaryDirectory(t);
  const file = join(lake, "typed.parquet");
  const engine = await openEmbeddedEngine(lake, { threads: 1 });
  t.after(() => engine.close());
  writeFileSync(file, await bytesOf("parquet", engine.stream(TYPED)));
  await withDuckDb(async (connection) => {
    const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
    const written = `read_parquet('${file}')`;
    assert.equal((await rows(`SELECT * FROM ${written}`)).length, 3);
    assert.deepEqual(
      await rows(`SELECT * FROM ${written} EXCEPT ALL SELECT * FROM (${TYPED})`),
      [],
      "rows that DuckDB does not return",
    );
    const described = await rows(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${written})`);
    const declared = await rows(`SELECT column_name, column_type FROM (DESCRIBE ${TYPED})`);
    // DuckDB does not distinguish Parquet's millisecond timestamps from others, and Parquet has no 128-bit integers.
    const others: Record<string, string> = { millis: "TIMESTAMP", huge: "DECIMAL(38,0)" };
    assert.deepEqual(
      described,
      declared.map(([name, type]) => [name, others[String(name)] ?? type]),
    );
  });
});

test("an Arrow stream has one schema and all rows, in any number of parts", async (t) => {
  const engine = await openEmbeddedEngine(temporaryDirectory(t), { threads: 1 });
  t.after(() => engine.close());
  const sql = "SELECT range AS n, CASE WHEN range % 3 = 0 THEN 'row ' || range END AS s FROM range(100000)";
  const table = tableFromIPC(await bytesOf("arrow", engine.stream(sql)));
  assert.equal(table.numRows, 100_000);
  assert.ok(table.batches.length > 3);
  for (const index of [0, 16_383, 16_384, 99_999]) {
    const expected = index % 3 === 0 ? `row ${index}` : null;
    assert.deepEqual({ ...table.get(index)?.toJSON() }, { n: BigInt(index), s: expected });
  }
  const none = tableFromIPC(await bytesOf("arrow", engine.stream("SELECT 1::BIGINT AS n WHERE false")));
  assert.deepEqual([none.numRows, String(none.schema.fields)], [0, "n: Int64"]);
});

test("JSON keeps every digit, one row per line", async () => {
  const types = {
    n: "BIGINT",
    d: "DECIMAL(20, 2)",
    x: "DOUBLE",
    flag: "BOOLEAN",
    at: "TIMESTAMP(3)",
    refs: "ARRAY(ROW(price DECIMAL(4, 2), name VARCHAR))",
  };
  const refs = [{ price: "0.10", name: 'a"b' }, null];
  const rows = [
    [9223372036854775807n, "123456789012345678.90", Number.NaN, true, new Date(0), refs],
    [null, null, 1e21, false, null, []],
    [1n, "0.00", Number.NEGATIVE_INFINITY, null, null, null],
  ];
  assert.equal(
    String(await bytesOf("json", resultOf(types, rows))),
    '{"n":9223372036854775807,"d":123456789012345678.90,"x":"NaN","flag":true,"at":"1970-01-01 00:00:00.000","refs":[{"price":0.10,"name":"a\\"b"},null]}\n' +
      '{"n":null,"d":null,"x":1e+21,"flag":false,"at":null,"refs":[]}\n' +
      '{"n":1,"d":0.00,"x":"-Infinity","flag":null,"at":null,"refs":null}\n',
  );
});

for (const format of ["arrow", "parquet"] as const) {
  test(`${format}: names an unsupported type and an out-of-range value`, async () => {
    const refused = (type: string, value: SqlValue, message: RegExp) =>
      assert.rejects(bytesOf(format, resultOf({ n: "BIGINT", x: type }, [[1n, value]])), message);
    await refused("INTERVAL", "1 day", /column x is of type INTERVAL, .*CAST/);
    await refused("ARRAY(ROW(a MAP(VARCHAR, BIGINT)))", [], /column x\.a is of type MAP\(VARCHAR, BIGINT\)/);
    await refused("DATE", "infinity", /infinity can't be written as a date/);
    await refused("TIMESTAMP(3) WITH TIME ZONE", "2026-01-01 00:00:00.000 Europe/Berlin", /Berlin can't be/);
    await refused("TIMESTAMP(3) WITH TIME ZONE", "2026-01-01 00:00:00.000 +02:00", /02:00 can't be/);
    await refused("DECIMAL(4, 1)", "1.25", /1.25 is not a decimal of 4 digits/);
    await refused("HUGEINT", 10n ** 38n, /is not a decimal of 38 digits/);
  });

  test(`${format}: throws the failure of a result after its first rows`, async () => {
    async function* failing(): AsyncGenerator<QueryResult> {
      const columns = [{ name: "n", type: "BIGINT" }];
      for (let part = 0; part < 3; part++) {
        yield { columns, rows: Array.from({ length: 20_000 }, (_, index) => [BigInt(index)]) };
      }
      throw new Error("broken");
    }
    await assert.rejects(bytesOf(format, failing()), /^Error: broken$/);
  });
}

for (const format of ["arrow", "parquet", "json"] as const) {
  test(`${format}: refuses duplicate column names`, async () => {
    const columns = [1, 2].map(() => ({ name: "a", type: "BIGINT" }));
    async function* twice() {
      yield { columns, rows: [[1n, 2n]] };
    }
    await assert.rejects(bytesOf(format, twice()), /duplicate column name a/);
  });
}

test("a file name determines the format, or is refused", () => {
  const names = [
    "x.csv",
    "a/x.JSONL",
    "x.json",
    "x.ndjson",
    "x.arrow",
    "x.arrows",
    "x.parquet",
    "x.txt",
    "parquet",
  ];
  assert.deepEqual(names.map(formatOfFile), [
    "csv",
    "json",
    "json",
    "json",
    "arrow",
    "arrow",
    "parquet",
    "table",
    "table",
  ]);
  for (const suffix of [".xls", ".gz", ".constructor"]) {
    assert.throws(() => formatOfFile(`a/x.csv${suffix}`), {
      message: `a/x.csv${suffix}: no format has the suffix ${suffix}: use one of .txt, .csv, .json, .jsonl, .ndjson, .arrow, .arrows, .parquet, or give --format`,
    });
  }
});
