import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";
import type { CheckResult } from "../lib/checks/check.ts";
import {
  type DeclaredReference,
  keyChecks,
  orphanCheck,
  referencesAmong,
} from "../lib/checks/declared_checks.ts";
import { silentLogger } from "../lib/cli/log.ts";
import { lakePaths } from "../lib/files/paths.ts";
import { datasetsIn } from "../lib/lake/datasets_in.ts";
import { ACTIVE_SCHEMA, type QueryResult } from "../lib/sql/engine.ts";
import { expectedObjects } from "../lib/sql/register.ts";
import { registerActive } from "../lib/sql/register_active.ts";
import { arrowBatches } from "../lib/sql/results/arrow_batches.ts";
import { scriptStatements } from "../lib/sql/script_statements.ts";
import { readSql, sqlFiles } from "../lib/sql/sql_files.ts";
import { makeActiveLake } from "../lib/testing/active_lake.ts";
import { testEngines } from "../lib/testing/engines.ts";
import { showcaseDumps } from "./showcase/showcase_dumps.ts";

/** Statements on `hive.discogs` with the same result on every engine. */
const files = ["sanity_report_active_v1.sql", ...sqlFiles("checks").map((name) => `checks/${name}`)];
/** Fields of lists of structs can only be read by the embedded engine. */
const isPortable = ({ reference }: DeclaredReference) =>
  !reference.columns.some((column) => column.includes("."));

/** Types that occur in results but in no table of the lake. */
const TYPES = `SELECT CAST(1.5 AS DECIMAL(4, 2)) AS price, DATE '2026-01-01' AS day, CAST(7 AS INTEGER) AS n, 2.5E0 AS x,
  CAST('2026-01-01 10:00:00.000001' AS TIMESTAMP(6)) AS at, CAST(NULL AS SMALLINT) AS nothing, 1 = 1 AS flag`;

let lake: string;
/** For each engine, the results of each statement, table and view, by name. */
const results = new Map<string, Map<string, QueryResult>>();

before(async () => {
  lake = await makeActiveLake(showcaseDumps);
  for (const { name, open } of testEngines) results.set(name, await resultsOn(open));
});
after(() => rmSync(lake, { recursive: true }));

async function resultsOn(open: (typeof testEngines)[number]["open"]): Promise<Map<string, QueryResult>> {
  const engine = await open(lake);
  try {
    const tables = await datasetsIn(lakePaths(lake).active);
    await registerActive({ lake, engine, log: silentLogger }, { allowUnsealed: true });
    const found = new Map<string, QueryResult>();
    for (const file of files) {
      const statements = scriptStatements(readSql(file), { file: `sql/${file}` });
      for (const [index, { sql, source }] of statements.entries())
        found.set(`${file}, ${index + 1}`, await engine.query(sql, source));
    }
    const usable = new Set(tables.map(({ table }) => table));
    const declared = [];
    for (const table of tables) declared.push(...(await keyChecks(engine, table)));
    for (const each of referencesAmong(tables).filter(isPortable))
      declared.push(await orphanCheck(engine, each, usable));
    found.set("declared checks", asResult(declared));
    for (const { name } of expectedObjects(tables)) {
      found.set(name, await engine.query(`SELECT * FROM hive.${ACTIVE_SCHEMA}.${name}`));
    }
    found.set("types", await engine.query(TYPES));
    return found;
  } finally {
    await engine.close();
  }
}

/** Checks as a result of three columns with unordered rows. */
function asResult(checks: readonly CheckResult[]): QueryResult {
  assert.ok(checks.length > 15);
  return { columns: [], rows: checks.map(({ name, value, details }) => [name, value, details]) };
}

/** Types, names and rows of a result; without ORDER BY, rows are unordered. */
function comparable({ columns, rows }: QueryResult): unknown {
  const text = (value: unknown) =>
    JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? `${item}n` : item));
  return { columns, rows: rows.map(text).sort() };
}

for (const { name } of testEngines) {
  test(`writes results on ${name} as Arrow`, async () => {
    const found = results.get(name) ?? new Map<string, QueryResult>();
    for (const [what, result] of [...found].filter(([, { columns }]) => columns.length > 0)) {
      const batches = [];
      for await (const batch of arrowBatches(partsOf(result))) batches.push(batch);
      assert.deepEqual([batches.length, batches[0]?.numRows], [1, result.rows.length], what);
    }
    assert.ok(found.has("releases_ref_v6") && found.has("types"));
  });
}

async function* partsOf(result: QueryResult): AsyncGenerator<QueryResult> {
  yield result;
}

const [first, ...others] = testEngines;

for (const { name } of others) {
  test(`checks, report, tables and views are the same on ${name} as on ${first?.name}`, () => {
    const [reference] = results.values();
    assert.ok(reference !== undefined && reference.size > files.length);
    for (const [file, expected] of reference) {
      const found = results.get(name)?.get(file);
      assert.ok(found !== undefined, file);
      assert.deepEqual(comparable(found), comparable(expected), file);
    }
    assert.ok([...reference.values()].some(({ rows }) => rows.length > 5));
  });
}
