import type { Reference, Severity, TableDeclaration } from "../datasets/types.ts";
import { activeTable, checkStatement } from "./check_statement.ts";
import type { Counted } from "./counted.ts";
import { inSlice, type Slice } from "./slices.ts";

interface OrphanCheck {
  name: string;
  severity: Severity;
  dataset: TableDeclaration;
  reference: Reference;
  /** What is counted: rows (items of a list), or distinct values of the single column. */
  counted: Counted["unit"];
  /** Slice of the reference's first column, applied to both sides. */
  slice?: Slice | undefined;
}

/**
 * Counts the orphans of a reference. NULL and 0, the dumps' "none", are not references. Runs unchanged on every engine,
 * except for fields of lists of structs, which only the embedded engine reads.
 */
export function orphansStatement({
  name,
  severity,
  dataset,
  reference,
  counted,
  slice,
}: OrphanCheck): string {
  const { to } = reference;
  const columns = reference.columns.map(columnOf);
  const [first = ""] = columns;
  const words = columns.length === 1 ? first : `(${columns.join(", ")})`;
  const what = counted === "values" ? `${words}s that are` : `rows whose ${words} is`;
  return checkStatement({
    name,
    severity,
    value: counted === "values" ? `count(DISTINCT t.${first})` : "count(*)",
    details: `${what} not in ${to.table}`,
    smallest: { column: `t.${first}`, label: columns.length === 1 ? undefined : first },
    from:
      `${referencing(dataset, reference, slice)} t\n` +
      `LEFT JOIN ${referredTo(reference, slice)} r ON ${isReferredTo(reference)}\n` +
      `WHERE ${isReference(reference)} AND r.${to.columns[0]} IS NULL`,
  });
}

/** What the check of a declared reference counts: rows where several columns refer together. */
export function orphansUnit({ columns }: Reference): Counted["unit"] {
  return columns.length === 1 ? "values" : "rows";
}

/** The rows with a reference's columns, aliased `t`; a list gives one row per item. */
export function referencing({ table }: TableDeclaration, { columns }: Reference, slice?: Slice): string {
  const isList = columns.some((column) => column.includes("."));
  if (!isList && slice === undefined) return activeTable(table);
  const selects = columns.map((column) => {
    const [list, field] = column.split(".");
    return field === undefined ? column : `unnest(${list}).${field} AS ${field}`;
  });
  const where = slice === undefined ? "" : ` WHERE ${inSlice(slice, columns[0] ?? "")}`;
  return `(SELECT ${selects.join(", ")} FROM ${activeTable(table)}${where})`;
}

/** Whether row `t` has a reference at all. */
export function isReference({ columns }: Reference): string {
  return columns.map((column) => `t.${columnOf(column)} <> 0`).join(" AND ");
}

/** Whether row `t` refers to row `r`. */
export function isReferredTo({ columns, to }: Reference): string {
  return to.columns.map((column, index) => `r.${column} = t.${columnOf(columns[index] ?? "")}`).join(" AND ");
}

function referredTo({ to }: Reference, slice: Slice | undefined): string {
  if (slice === undefined) return activeTable(to.table);
  const where = inSlice(slice, to.columns[0] ?? "");
  return `(SELECT ${to.columns.join(", ")} FROM ${activeTable(to.table)} WHERE ${where})`;
}

/** The column, or the field of the structs in a list. */
function columnOf(column: string): string {
  return column.slice(column.indexOf(".") + 1);
}
