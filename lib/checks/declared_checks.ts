import { type Reference, referenceName, type Severity, type TableDeclaration } from "../datasets/types.ts";
import { datasetName } from "../lake/done.ts";
import type { SqlEngine, SqlValue } from "../sql/engine.ts";
import { type CheckResult, countCheck, notRun } from "./check.ts";
import { checkRows } from "./check_rows.ts";
import { activeTable } from "./check_statement.ts";
import { duplicatesStatement, gapsStatement } from "./key_statements.ts";
import { orphansStatement } from "./reference_statements.ts";
import { type Slice, slicesOf } from "./slices.ts";

/** No NULL in the mandatory columns of a dataset: a check for each, all from one pass. */
export async function nullChecks(engine: SqlEngine, dataset: TableDeclaration): Promise<CheckResult[]> {
  const columns = dataset.columns.filter((column) => column.mandatory === true).map(({ name }) => name);
  if (columns.length === 0) return [];
  const counts = columns.map((name) => `count(*) - count(${name})`).join(", ");
  const { rows } = await engine.query(`SELECT ${counts} FROM ${activeTable(dataset.table)}`);
  return columns.map((column, index) =>
    countCheck(
      `${datasetName(dataset.directory)}.null_${column}`,
      "CRITICAL",
      bigint(rows[0]?.[index]),
      `rows without ${column}`,
    ),
  );
}

/** How the checks of a key are made. */
export interface KeyOptions {
  /** What a value that is there twice is, where the key is hard. */
  hard?: Severity;
  /** Roughly how many rows are looked at together. */
  rowsAtOnce?: number;
}

/**
 * No two rows of a dataset have one key, or, where the key is not hard, how many have. In a detail dataset the last
 * column of the key numbers what the others tell apart: without gaps, from 1.
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
  const check = (what: string, statement: typeof gapsStatement) =>
    inSlices(engine, slices, (slice) =>
      statement({ name: `${datasetName(directory)}.${what}`, severity, table, columns, slice }),
    );
  const duplicates = await check(duplicatesOf(columns), duplicatesStatement);
  if (kind !== "detail") return [duplicates];
  return [duplicates, await check(`gaps_in_${columns.at(-1)}`, gapsStatement)];
}

/** What the check of a key is called: `duplicate_release_id`; of a key of several columns `duplicate_keys`. */
export function duplicatesOf(columns: readonly string[]): string {
  return columns.length === 1 ? `duplicate_${columns[0]}` : "duplicate_keys";
}

/** A declared reference, and where it stands. */
export interface DeclaredReference {
  dataset: TableDeclaration;
  reference: Reference;
}

/** The references among these datasets: one that leads to a dataset that is none of them is no reference here. */
export function referencesAmong(datasets: readonly TableDeclaration[]): DeclaredReference[] {
  const tables = new Set(datasets.map(({ table }) => table));
  return datasets.flatMap((dataset) =>
    (dataset.references ?? [])
      .filter(({ to }) => tables.has(to.table))
      .map((reference) => ({ dataset, reference })),
  );
}

/** What the check of a reference is called: `releases_v6.orphan_master_id`. */
export function orphansOf({ dataset, reference }: DeclaredReference): string {
  return `${datasetName(dataset.directory)}.orphan_${referenceName(reference)}`;
}

/** No reference leads to nothing, or how many do. Not run when one of the tables is not in `usable`. */
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
  const counted = columns.length === 1 ? "values" : "rows";
  return inSlices(engine, slices, (slice) =>
    orphansStatement({ name, severity, dataset, reference, counted, slice }),
  );
}

/** One check of a statement for each slice, or for all rows where there are none: the counts together, the first details. */
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
  if (shown === undefined) throw new TypeError("a check gives no row");
  const value = found.reduce((sum, row) => sum + row.value, 0n);
  return countCheck(shown.check_name, shown.severity, value, shown.details);
}

/**
 * The rows of a warehouse dataset are in the order of its first column; nothing for the others, in which the order is
 * the dump's. On the embedded engine, which reads the rows of files as they stand.
 */
export async function sortedChecks(engine: SqlEngine, dataset: TableDeclaration): Promise<CheckResult[]> {
  const key = dataset.columns[0]?.name;
  if (dataset.kind !== "warehouse" || key === undefined) return [];
  const { rows } = await engine.query(
    `SELECT count(*) FROM (SELECT ${key} AS key, lag(${key}) OVER () AS before FROM ${activeTable(dataset.table)}) t
    WHERE before > key`,
  );
  const name = `${datasetName(dataset.directory)}.unsorted_rows`;
  return [countCheck(name, "CRITICAL", bigint(rows[0]?.[0]), `rows whose ${key} is less than that before`)];
}

function bigint(value: SqlValue | undefined): bigint {
  if (typeof value === "bigint") return value;
  throw new TypeError(`a count is ${String(value)}, not a BIGINT`);
}
