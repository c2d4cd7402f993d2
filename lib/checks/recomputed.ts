import { quotedIdentifier } from "@duckdb/node-api";
import { z } from "zod";
import type { WarehouseDataset } from "../datasets/warehouse.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import { ACTIVE_SCHEMA, CATALOG } from "../sql/engine.ts";
import { readSql, sqlFiles } from "../sql/sql_files.ts";
import { warehouseSql } from "../warehouse/warehouse_sql.ts";
import { type CheckResult, countCheck, notRun, problemCheck } from "./check.ts";

/** `sum` is NULL when there are no rows. */
const totals = z.object({ found: z.bigint(), sum: z.bigint().nullable() });
const differences = z.object({ keys: z.bigint(), first: z.string().nullable() });
const counted = z.record(z.string(), z.coerce.number());

/** Recomputed for each label by a statement in `sql/checks/`. */
const OTHERWISE_CHECKED = new Set(["label_release_counts_v1"]);

/**
 * Recomputes a warehouse dataset from its sources and compares the rows by their number and the sum of their hashes,
 * which depends on no order and needs no memory. The counts of dropped rows are compared with the recorded ones.
 * `usable` are the readable tables of the active schema.
 */
export async function recomputedChecks(
  session: DuckDbSession,
  dataset: WarehouseDataset,
  recorded: Readonly<Record<string, number>> | undefined,
  usable: ReadonlySet<string>,
): Promise<CheckResult[]> {
  const { table } = dataset;
  if (OTHERWISE_CHECKED.has(table)) return [];
  const absent = [dataset, ...dataset.reads].find((input) => !usable.has(input.table));
  if (absent !== undefined) return [notRun(`${table}.recomputed`, `${absent.table} can't be read`)];
  const { definitions, dropped, rows } = statementsOf(dataset);
  for (const definition of definitions) await session.run(definition);
  const checks = [await rowsCheck(session, dataset, rows)];
  if (dropped !== undefined && recorded !== undefined) {
    const [found] = (await session.run(dropped)).getRowObjectsJS();
    checks.push(droppedCheck(table, counted.parse(found), recorded));
  }
  return checks;
}

function statementsOf(dataset: WarehouseDataset) {
  const { unordered, ...statements } = warehouseSql(dataset);
  const file = `${dataset.table}.sql`;
  const rows = sqlFiles("recomputed").includes(file) ? readSql(`recomputed/${file}`) : unordered;
  return { ...statements, rows };
}

async function rowsCheck(session: DuckDbSession, dataset: WarehouseDataset, rows: string) {
  const { table, columns } = dataset;
  const files = `SELECT * FROM ${CATALOG}.${ACTIVE_SCHEMA}.${table}`;
  const found = await totalsOf(session, dataset, files);
  const wanted = await totalsOf(session, dataset, rows);
  const key = columns[0]?.name ?? "";
  const same = found.found === wanted.found && found.sum === wanted.sum;
  const { keys, first } = same ? { keys: 0n, first: null } : await differing(session, dataset, files, rows);
  const sources = dataset.reads.map((input) => input.table);
  const details =
    `values of ${key} whose rows differ from those recomputed from ${sources.join(", ")}` +
    (first === null ? "" : `; first: ${first} (${found.found} rows in all, recomputed ${wanted.found})`);
  return countCheck(`${table}.recomputed`, "CRITICAL", keys, details);
}

async function totalsOf(session: DuckDbSession, dataset: WarehouseDataset, rows: string) {
  const result = await session.run(
    `SELECT count(*) AS found, sum(${rowHash(dataset)}) AS sum FROM (${rows}\n)`,
  );
  return totals.parse(result.getRowObjectsJS()[0]);
}

/** Counts the values of the first column whose rows differ, and finds the smallest. The grouping can spill. */
async function differing(session: DuckDbSession, dataset: WarehouseDataset, files: string, rows: string) {
  const key = quotedIdentifier(dataset.columns[0]?.name ?? "");
  const side = (sign: string, select: string) =>
    `SELECT ${key} AS key, ${sign} CAST(${rowHash(dataset)} AS HUGEINT) AS hash FROM (${select}\n)`;
  const result = await session.run(
    `SELECT count(*) AS keys, CAST(min(key) AS VARCHAR) AS first FROM (
      SELECT key FROM (${side("", files)} UNION ALL ${side("-", rows)}) GROUP BY key HAVING sum(hash) <> 0)`,
  );
  return differences.parse(result.getRowObjectsJS()[0]);
}

const rowHash = ({ columns }: WarehouseDataset) =>
  `hash(${columns.map(({ name }) => quotedIdentifier(name)).join(", ")})`;

function droppedCheck(
  table: string,
  found: Readonly<Record<string, number>>,
  recorded: Readonly<Record<string, number>>,
): CheckResult {
  const reasons = [...new Set([...Object.keys(found), ...Object.keys(recorded)])];
  const problems = reasons
    .filter((reason) => found[reason] !== recorded[reason])
    .map((reason) => `${reason}: ${recorded[reason] ?? "none"} recorded, ${found[reason]} recomputed`);
  return problemCheck(`${table}.dropped_recomputed`, problems, `${reasons.join(", ")} as recorded`);
}
