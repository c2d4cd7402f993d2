import { stringify } from "csv-stringify/sync";
import { alignedTable } from "../cli/table.ts";
import type { QueryResult, SqlValue } from "./engine.ts";

const NUMBERS = new Set(["BIGINT", "INTEGER", "DOUBLE"]);

/** A result as CSV with a heading; NULL is an empty field. */
export function resultCsv({ columns, rows }: QueryResult): string {
  const texts = rows.map((row) => row.map((value) => (value === null ? "" : valueText(value))));
  return stringify(texts, { header: true, columns: columns.map(({ name }) => name) });
}

/** A result as lines of an aligned table. */
export function resultTable({ columns, rows }: QueryResult): string[] {
  const right = columns.flatMap(({ type }, index) => (NUMBERS.has(type) ? [index] : []));
  return alignedTable([columns.map(({ name }) => name), ...rows.map((row) => row.map(valueText))], right);
}

/** A value as text: timestamps as `YYYY-MM-DD HH:MM:SS.mmm`, arrays and rows as JSON. */
function valueText(value: SqlValue): string {
  if (value instanceof Date) return value.toISOString().replace("T", " ").replace("Z", "");
  if (typeof value !== "object" || value === null) return value === null ? "NULL" : String(value);
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part));
}
