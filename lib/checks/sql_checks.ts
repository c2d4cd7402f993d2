import type { SqlEngine } from "../sql/engine.ts";
import { tablesRead } from "../sql/reads.ts";
import { readSql, sqlFiles } from "../sql/sql_files.ts";
import { type CheckResult, countCheck, notRun } from "./check.ts";
import { checkRows } from "./check_rows.ts";

/** A check in `sql/checks/`. */
export interface SqlCheck {
  /** File name without `.sql`; the statement returns it as check_name. */
  name: string;
  sql: string;
  /** Tables that the statement reads. */
  reads: string[];
}

/** All checks in `sql/checks/`, sorted by name. */
export function sqlChecks(): SqlCheck[] {
  return sqlFiles("checks").map((file) => {
    const sql = readSql(`checks/${file}`);
    return { name: file.slice(0, -".sql".length), sql, reads: tablesRead(sql) };
  });
}

/** Runs a check. Fails without running when one of its tables is missing from `usable`. */
export async function runSqlCheck(
  engine: SqlEngine,
  check: SqlCheck,
  usable: ReadonlySet<string>,
): Promise<CheckResult> {
  const absent = check.reads.find((table) => !usable.has(table));
  if (absent !== undefined) return notRun(check.name, `${absent} can't be read`);
  const [row, ...others] = checkRows(await engine.query(check.sql, { file: `sql/checks/${check.name}.sql` }));
  if (row === undefined || others.length > 0 || row.check_name !== check.name) {
    throw new TypeError(`sql/checks/${check.name}.sql does not return exactly one row with its own name`);
  }
  return countCheck(row.check_name, row.severity, row.value, row.details);
}
