import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { schemaNameOf } from "../files/run_id.ts";
import { makeLake, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { countStatements } from "../sql/count_statements.ts";
import { openEmbeddedEngine } from "../sql/duckdb/open.ts";
import { inSchema } from "../sql/schema_names.ts";
import { sqlFiles } from "../sql/sql_files.ts";
import { basisPoints, derivedKpis, kpiQueries, kpisV1, namesOf } from "./kpis.ts";
import { rankings } from "./kpis_v2.ts";
import { registerRun } from "./register_runs.ts";
import { computeRunKpis } from "./run_kpis.ts";
import { computeRunRankings } from "./run_rankings.ts";

const RUN = "2026-01__20260120_194923";
const schema = schemaNameOf(RUN);
const kpiNames = namesOf(kpisV1);

async function registeredLake() {
  const lake = makeLake();
  await makeSealedRun(lake, RUN);
  const engine = await openEmbeddedEngine(lake, { threads: 1 });
  await registerRun({ lake, engine, log: silentLogger }, RUN);
  return engine;
}

test("every query file is declared, reads one table in one statement and returns its KPIs as BIGINT", async () => {
  assert.deepEqual(
    kpiQueries.map(({ query }) => query.file).sort(),
    sqlFiles("kpi").map((name) => `kpi/${name}`),
  );
  const engine = await registeredLake();
  for (const { query, kpis } of kpiQueries) {
    const { sql, file } = query;
    assert.equal(sql.match(/\bFROM hive\./g)?.length, 1, file);
    const { columns, rows } = await engine.query(inSchema(sql, schema));
    assert.deepEqual(
      columns,
      kpis.map((name) => ({ name, type: "BIGINT" })),
      file,
    );
    assert.equal(rows.length, 1, file);
  }
  await engine.close();
});

test("all KPIs of a run take one statement per table", async () => {
  const counting = countStatements(await registeredLake());
  const kpis = await computeRunKpis(counting, { schema, has: undefined }, kpisV1);
  assert.deepEqual([counting.readings(), counting.changes()], [9, 0]);
  assert.deepEqual(kpis.map(({ name }) => name).sort(), kpiNames);
  await computeRunRankings(counting, schema, rankings);
  assert.equal(
    counting.readings(),
    9 + 1 + rankings.length,
    "the releases are counted once for all rankings",
  );
  await counting.close();
});

test("names are declared once, and the inputs of every derived KPI are counted", () => {
  assert.equal(kpiNames.length, 35);
  assert.equal(new Set(kpiNames).size, 35);
  const countedNames = kpiQueries.flatMap(({ kpis }) => kpis);
  for (const { numerator, denominator } of derivedKpis) {
    assert.ok(countedNames.includes(numerator) && countedNames.includes(denominator), numerator);
  }
  assert.deepEqual(
    [...rankings].sort(),
    sqlFiles("kpi_v2").map((name) => name.replace(".sql", "")),
  );
});

test("basis points are exact, truncated, and 0 when the denominator is 0", () => {
  assert.equal(basisPoints(1n, 3n), 3333n);
  assert.equal(basisPoints(2n, 3n), 6666n);
  assert.equal(basisPoints(5n, 0n), 0n);
  assert.equal(basisPoints(9_007_199_254_740_993n, 1n), 90_071_992_547_409_930_000n);
});
