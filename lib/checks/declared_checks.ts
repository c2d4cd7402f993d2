import type { Key, Severity, TableDeclaration } from "../datasets/types.ts";
import { datasetName } from "../lake/done.ts";
import { ACTIVE_SCHEMA, CATALOG, type SqlEngine, type SqlValue } from "../sql/engine.ts";
import { type CheckResult, countCheck } from "./check.ts";

/** No NULL in the mandatory columns of a dataset: a check for each, all from one pass. */
export async function nullChecks(engine: SqlEngine, dataset: TableDeclaration): Promise<CheckResult[]> {
  const columns = dataset.columns.filter((column) => column.mandatory === true).map(({ name }) => name);
  if (columns.length === 0) return [];
  const counts = columns.map((name) => `count(*) - count(${name})`).join(", ");
  const { rows } = await engine.query(`SELECT ${counts} FROM ${ACTIVE}.${dataset.table}`);
  return columns.map((column, index) =>
    countCheck(
      `${datasetName(dataset.directory)}.null_${column}`,
      "CRITICAL",
      bigint(rows[0]?.[index]),
      `rows without ${column}`,
    ),
  );
}

/** No two rows of a dataset have one key, or, where the key is not hard, how many have. */
export async function keyChecks(
  engine: SqlEngine,
  { directory, table, key }: TableDeclaration,
  hard: Severity,
): Promise<CheckResult[]> {
  if (key === undefined) return [];
  const list = key.columns.join(", ");
  const { rows } = await engine.query(
    `SELECT count(*) FROM (SELECT ${list} FROM ${ACTIVE}.${table} GROUP BY ${list} HAVING count(*) > 1) t`,
  );
  const name = `${datasetName(directory)}.${duplicatesOf(key)}`;
  const details = `values of ${list} that more than one row has`;
  return [countCheck(name, key.hard ? hard : "INFO", bigint(rows[0]?.[0]), details)];
}

/** What the check of a key is called: `duplicate_release_id`; of a key of several columns `duplicate_keys`. */
export function duplicatesOf({ columns }: Key): string {
  return columns.length === 1 ? `duplicate_${columns[0]}` : "duplicate_keys";
}

/**
 * The rows of a warehouse dataset are in the order of its first column; nothing for the others, in which the order is
 * the dump's. On the embedded engine, which reads the rows of files as they stand.
 */
export async function sortedChecks(engine: SqlEngine, dataset: TableDeclaration): Promise<CheckResult[]> {
  const key = dataset.columns[0]?.name;
  if (dataset.kind !== "warehouse" || key === undefined) return [];
  const { rows } = await engine.query(
    `SELECT count(*) FROM (SELECT ${key} AS key, lag(${key}) OVER () AS before FROM ${ACTIVE}.${dataset.table}) t
    WHERE before > key`,
  );
  const name = `${datasetName(dataset.directory)}.unsorted_rows`;
  return [countCheck(name, "CRITICAL", bigint(rows[0]?.[0]), `rows whose ${key} is less than that before`)];
}

const ACTIVE = `${CATALOG}.${ACTIVE_SCHEMA}`;

function bigint(value: SqlValue | undefined): bigint {
  if (typeof value === "bigint") return value;
  throw new TypeError(`a count is ${String(value)}, not a BIGINT`);
}
