import type { TableDeclaration } from "../datasets/types.ts";
import { datasetName } from "../lake/done.ts";
import { ACTIVE_SCHEMA, CATALOG, type SqlEngine, type SqlValue } from "../sql/engine.ts";
import { type CheckResult, countCheck, type Severity } from "./check.ts";

/** No NULL in the mandatory columns of a dataset: a check for each, all from one pass. */
export async function nullChecks(engine: SqlEngine, dataset: TableDeclaration): Promise<CheckResult[]> {
  const columns = dataset.columns.filter((column) => column.mandatory === true).map(({ name }) => name);
  if (columns.length === 0) return [];
  const counts = columns.map((name) => `count(*) - count(${name})`).join(", ");
  const { rows } = await engine.query(`SELECT ${counts} FROM ${nameOf(dataset)}`);
  return columns.map((column, index) =>
    countCheck(
      `${datasetName(dataset.directory)}.null_${column}`,
      "CRITICAL",
      bigint(rows[0]?.[index]),
      `rows without ${column}`,
    ),
  );
}

/** No value of a dataset's unique column is in two rows; none when it has no such column. */
export async function uniqueChecks(engine: SqlEngine, dataset: TableDeclaration): Promise<CheckResult[]> {
  const { unique } = dataset;
  if (unique === undefined) return [];
  const value = await repeated(engine, dataset, [unique]);
  const name = `${datasetName(dataset.directory)}.duplicate_${unique}`;
  return [countCheck(name, "CRITICAL", value, `values of ${unique} that more than one row has`)];
}

/** No two rows of a warehouse dataset are the same; nothing for the others, whose rows are the dump's. */
export async function distinctChecks(
  engine: SqlEngine,
  dataset: TableDeclaration,
  severity: Severity,
): Promise<CheckResult[]> {
  if (dataset.kind !== "warehouse") return [];
  const value = await repeated(
    engine,
    dataset,
    dataset.columns.map(({ name }) => name),
  );
  const name = `${datasetName(dataset.directory)}.duplicate_rows`;
  return [countCheck(name, severity, value, "rows that are there more than once")];
}

/**
 * The rows of a warehouse dataset are in the order of its first column; nothing for the others, in which the order is
 * the dump's. On the embedded engine, which reads the rows of files as they stand.
 */
export async function sortedChecks(engine: SqlEngine, dataset: TableDeclaration): Promise<CheckResult[]> {
  const key = dataset.columns[0]?.name;
  if (dataset.kind !== "warehouse" || key === undefined) return [];
  const { rows } = await engine.query(
    `SELECT count(*) FROM (SELECT ${key} AS key, lag(${key}) OVER () AS before FROM ${nameOf(dataset)}) t
    WHERE before > key`,
  );
  const name = `${datasetName(dataset.directory)}.unsorted_rows`;
  return [countCheck(name, "CRITICAL", bigint(rows[0]?.[0]), `rows whose ${key} is less than that before`)];
}

async function repeated(
  engine: SqlEngine,
  dataset: TableDeclaration,
  columns: readonly string[],
): Promise<bigint> {
  const list = columns.join(", ");
  const { rows } = await engine.query(
    `SELECT count(*) FROM (SELECT ${list} FROM ${nameOf(dataset)} GROUP BY ${list} HAVING count(*) > 1) t`,
  );
  return bigint(rows[0]?.[0]);
}

const nameOf = ({ table }: TableDeclaration) => `${CATALOG}.${ACTIVE_SCHEMA}.${table}`;

function bigint(value: SqlValue | undefined): bigint {
  if (typeof value === "bigint") return value;
  throw new TypeError(`a count is ${String(value)}, not a BIGINT`);
}
