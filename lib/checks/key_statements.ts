import type { Severity, TableDeclaration } from "../datasets/types.ts";
import { activeTable, checkStatement } from "./check_statement.ts";
import { inSlice, type Slice } from "./slices.ts";

interface KeyCheck {
  name: string;
  severity: Severity;
  table: string;
  /** Columns of the key, in order. */
  columns: readonly string[];
  slice?: Slice | undefined;
}

/** Counts duplicate values of a key; NULLs count as equal. */
export function duplicatesStatement({ name, severity, table, columns, slice }: KeyCheck): string {
  const list = columns.join(", ");
  const [first = ""] = columns;
  return checkStatement({
    name,
    severity,
    value: "count(*)",
    details: `duplicate ${columns.length === 1 ? `${first}s` : `values of (${list})`}`,
    smallest: { column: first, label: columns.length === 1 ? undefined : first },
    from: `(SELECT ${list} FROM ${rowsOf(table, slice)} GROUP BY ${list} HAVING count(*) > 1) t`,
  });
}

/**
 * Counts groups (the rows that share all key columns but the last) that the last column does not number 1, 2, 3 and so
 * on. In a key without duplicates, a group is numbered so when its numbers start at 1 and end at the number of its
 * rows.
 */
export function gapsStatement({ name, severity, table, columns, slice }: KeyCheck): string {
  const before = columns.slice(0, -1);
  const list = before.join(", ");
  const [first = ""] = columns;
  const number = columns.at(-1) ?? "";
  return checkStatement({
    name,
    severity,
    value: "count(*)",
    details: `values of (${list}) whose ${number} is not 1, 2, 3 and so on`,
    smallest: { column: first, label: first },
    from:
      `(SELECT ${list} FROM ${rowsOf(table, slice)} GROUP BY ${list} ` +
      `HAVING min(${number}) IS DISTINCT FROM 1 OR max(${number}) IS DISTINCT FROM count(*)) t`,
  });
}

/** Counts the rows in which a column is NULL. */
export function nullsStatement(name: string, { table }: TableDeclaration, column: string): string {
  return checkStatement({
    name,
    severity: "CRITICAL",
    value: "count(*)",
    details: `rows without ${column}`,
    from: `${activeTable(table)}\nWHERE ${column} IS NULL`,
  });
}

function rowsOf(table: string, slice: Slice | undefined): string {
  return `${activeTable(table)}${slice === undefined ? "" : ` WHERE ${inSlice(slice, slice.column)}`}`;
}
