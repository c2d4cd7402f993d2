import {
  type Key,
  type Reference,
  referenceName,
  type Severity,
  type TableDeclaration,
} from "../datasets/types.ts";
import { datasetName } from "../lake/done.ts";
import type { SqlEngine, SqlValue } from "../sql/engine.ts";
import { type CheckResult, countCheck, notRun } from "./check.ts";
import { checkRows } from "./check_rows.ts";
import { activeTable } from "./check_statement.ts";
import { duplicatesStatement, gapsStatement } from "./key_statements.ts";
import { orphansStatement, orphansUnit } from "./reference_statements.ts";
import { type Slice, slicesOf } from "./slices.ts";

/** Checks that the mandatory columns of a dataset have no NULL: one check per column, all from one scan. */
export async function nullChecks(engine: SqlEngine, dataset: TableDeclaration): Promise<CheckResult[]> {
  const columns = mandatoryColumns(dataset);
  if (columns.length === 0) return [];
  const counts = columns.map((name) => `count(*) - count(${name})`).join(", ");
  const { rows } = await engine.query(`SELECT ${counts} FROM ${activeTable(dataset.table)}`);
  return columns.map((column, index) =>
    countCheck(nullsOf(dataset, column), "CRITICAL", bigint(rows[0]?.[index]), `rows without ${column}`),
  );
}

/** The mandatory columns of a dataset, each of which has a check. */
export function mandatoryColumns({ columns }: TableDeclaration): string[] {
  return columns.filter(({ mandatory }) => mandatory === true).map(({ name }) => name);
}

/** Name of a mandatory column's check: `releases_v6.null_release_id`. */
export function nullsOf({ directory }: TableDeclaration, column: string): string {
  return `${datasetName(directory)}.null_${column}`;
}

/** Options for the checks of a key. */
export interface KeyOptions {
  /** Severity of a duplicate when the key is hard. */
  hard?: Severity;
  /** Approximate number of rows that are grouped at once. */
  rowsAtOnce?: number;
}

/**
 * Checks that a dataset has no duplicate keys, or counts them when the key is not hard. In a detail dataset, the last
 * key column must also number the rows of each group from 1 without gaps.
 */
export async function keyChecks(
  engine: SqlEngine,
  dataset: TableDeclaration,
  { hard = "CRITICAL", rowsAtOnce }: KeyOptions = {},
): Promise<CheckResult[]> {
  const { directory, table, kind, key } = dataset;
  if (key === undefined) return [];
  const { columns } = key;
  const severity = key.hard ? hard : "INFO";
  const slices = await slicesOf(engine, dataset, rowsAtOnce);
  const check = (name: string, statement: typeof gapsStatement) =>
    inSlices(engine, slices, (slice) => statement({ name, severity, table, columns, slice }));
  const duplicates = await check(duplicateKeysOf(dataset, key), duplicatesStatement);
  if (kind !== "detail") return [duplicates];
  return [duplicates, await check(`${datasetName(directory)}.gaps_in_${columns.at(-1)}`, gapsStatement)];
}

/** Name of a key's check: `releases_v6.duplicate_release_id`. */
export function duplicateKeysOf({ directory }: TableDeclaration, { columns }: Key): string {
  return `${datasetName(directory)}.${duplicatesOf(columns)}`;
}

/** A key's check within its dataset: `duplicate_release_id`, or `duplicate_keys` for a key of several columns. */
export function duplicatesOf(columns: readonly string[]): string {
  return columns.length === 1 ? `duplicate_${columns[0]}` : "duplicate_keys";
}

/** A declared reference and the dataset that declares it. */
export interface DeclaredReference {
  dataset: TableDeclaration;
  reference: Reference;
}

/** The references among these datasets. A reference to a dataset outside the list is left out. */
export function referencesAmong(datasets: readonly TableDeclaration[]): DeclaredReference[] {
  const tables = new Set(datasets.map(({ table }) => table));
  return datasets.flatMap((dataset) =>
    (dataset.references ?? [])
      .filter(({ to }) => tables.has(to.table))
      .map((reference) => ({ dataset, reference })),
  );
}

/** Name of a reference's check: `releases_v6.orphan_master_id`. */
export function orphansOf({ dataset, reference }: DeclaredReference): string {
  return `${datasetName(dataset.directory)}.orphan_${referenceName(reference)}`;
}

/** Checks that a reference has no orphans, or counts them. Not run when one of the tables is missing from `usable`. */
export async function orphanCheck(
  engine: SqlEngine,
  declared: DeclaredReference,
  usable: ReadonlySet<string>,
  rowsAtOnce?: number,
): Promise<CheckResult> {
  const { dataset, reference } = declared;
  const name = orphansOf(declared);
  const absent = [dataset.table, reference.to.table].find((table) => !usable.has(table));
  if (absent !== undefined) return notRun(name, `${absent} can't be read`);
  const { columns, severity } = reference;
  const isByRecord = columns[0] === dataset.key?.columns[0];
  const slices = isByRecord ? await slicesOf(engine, dataset, rowsAtOnce) : [];
  const counted = orphansUnit(reference);
  return inSlices(engine, slices, (slice) =>
    orphansStatement({ name, severity, dataset, reference, counted, slice }),
  );
}

/**
 * Merges the results of one check over all slices: the counts are added up, the first details are kept. Without slices
 * the check runs once over all rows.
 */
async function inSlices(
  engine: SqlEngine,
  slices: readonly Slice[],
  statement: (slice: Slice | undefined) => string,
): Promise<CheckResult> {
  const found = [];
  for (const slice of slices.length === 0 ? [undefined] : slices) {
    found.push(...checkRows(await engine.query(statement(slice))));
  }
  const shown = found.find(({ value }) => value > 0n) ?? found[0];
  if (shown === undefined) throw new TypeError("a check returned no row");
  const value = found.reduce((sum, row) => sum + row.value, 0n);
  return countCheck(shown.check_name, shown.severity, value, shown.details);
}

/**
 * Checks that the rows of a warehouse dataset are sorted by its first column. Other datasets keep the order of the dump
 * and are not checked. Needs the embedded engine, which reads rows in file order.
 */
export async function sortedChecks(engine: SqlEngine, dataset: TableDeclaration): Promise<CheckResult[]> {
  const key = dataset.columns[0]?.name;
  if (dataset.kind !== "warehouse" || key === undefined) return [];
  const { rows } = await engine.query(
    `SELECT count(*) FROM (SELECT ${key} AS key, lag(${key}) OVER () AS before FROM ${activeTable(dataset.table)}) t
    WHERE before > key`,
  );
  const name = `${datasetName(dataset.directory)}.unsorted_rows`;
  return [
    countCheck(
      name,
      "CRITICAL",
      bigint(rows[0]?.[0]),
      `rows whose ${key} is smaller than that of the row before`,
    ),
  ];
}

function bigint(value: SqlValue | undefined): bigint {
  if (typeof value === "bigint") return value;
  throw new TypeError(`a count is ${String(value)}, which is not a BIGINT`);
}
