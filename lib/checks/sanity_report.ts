import { stringify } from "csv-stringify/sync";
import { ExpectedError } from "../cli/errors.ts";
import { allTables } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import type { SqlEngine } from "../sql/engine.ts";
import { notMade, tablesRead } from "../sql/reads.ts";
import { scriptStatements } from "../sql/script_statements.ts";
import { readSql } from "../sql/sql_files.ts";
import { type CheckResult, failing } from "./check.ts";
import { type CheckRow, checkRows } from "./check_rows.ts";

const FILE = "sanity_report_active_v1.sql";
const SEVERITIES = ["CRITICAL", "WARN", "INFO"];
/** Rows are expected here, not a defect. */
const MORE_THAN_NONE = new Set(["artists_v1.rows"]);
/** Informational: the releases of a month can lack main releases of its masters. */
const ALWAYS_OK = new Set(["masters_v1.orphan_main_release_id"]);

/**
 * Runs the statements of `sql/sanity_report_active_v1.sql` on what `hive.discogs` resolves to on this engine, one after
 * the other, so that the memory of one join is free for the next. Returns one result per check, CRITICAL first, then
 * WARN and INFO, each by name (the data contract, Sanity report). Checks of optional datasets are left out when the
 * run, which has the datasets `has`, lacks them.
 */
export async function sanityReport(
  engine: SqlEngine,
  has: readonly TableDeclaration[],
): Promise<CheckResult[]> {
  const checks: CheckResult[] = [];
  for (const { sql, source } of scriptStatements(readSql(FILE), { file: `sql/${FILE}` })) {
    if (notMade(sql, has).length > 0) continue;
    checks.push(...checkRows(await engine.query(sql, source)).map(judge));
  }
  return inOrder(checks);
}

/** ExpectedError if the directory lacks datasets that the report reads and that every run has. */
export function requireTables(dir: string, tables: readonly TableDeclaration[]): void {
  const read = new Set(tablesRead(readSql(FILE)));
  const there = new Set(tables.map(({ directory }) => directory));
  const missing = allTables.filter(
    ({ required, table, directory }) => required && read.has(table) && !there.has(directory),
  );
  if (missing.length === 0) return;
  const names = missing.map(({ directory }) => directory).join(", ");
  throw new ExpectedError(`${dir} lacks datasets that the report reads: ${names}`);
}

/** CRITICAL first, then WARN and INFO, each sorted by name. */
export function inOrder(checks: readonly CheckResult[]): CheckResult[] {
  return [...checks].sort(byRankAndName);
}

function judge({ check_name, severity, value, details }: CheckRow): CheckResult {
  return { name: check_name, severity, value, ok: isOk(check_name, severity, value), details };
}

function isOk(name: string, severity: string, value: bigint): boolean {
  if (severity === "INFO" || ALWAYS_OK.has(name)) return true;
  return MORE_THAN_NONE.has(name) ? value > 0n : value === 0n;
}

function byRankAndName(a: CheckResult, b: CheckResult): number {
  const byRank = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  if (byRank !== 0) return byRank;
  return a.name < b.name ? -1 : 1;
}

/** The report as CSV with a header: check_name, severity, value, ok, details. */
export function sanityCsv(checks: readonly CheckResult[]): string {
  const rows = checks.map(({ name, severity, value, ok, details }) => [
    name,
    severity,
    String(value),
    String(ok),
    details,
  ]);
  return stringify(rows, { header: true, columns: ["check_name", "severity", "value", "ok", "details"] });
}

/** Names of the CRITICAL checks that failed. */
export function falseCriticals(checks: readonly CheckResult[]): string[] {
  return failing(checks).map(({ name }) => name);
}
