import { stringify } from "csv-stringify/sync";
import { type TableLayout, tableLayout } from "../cli/table.ts";
import type { QueryResult, SqlValue } from "./engine.ts";

const NUMBERS = new Set(["BIGINT", "INTEGER", "DOUBLE"]);
/** So many rows choose the widths of a table's columns; a longer result is not kept for them. */
const ROWS_FOR_WIDTHS = 1000;

/** A result as CSV with a heading; NULL is an empty field. */
export function resultCsv(result: QueryResult): string {
  return csvText(result, true);
}

/** The same, part by part. */
export async function* csvOf(parts: AsyncIterable<QueryResult>): AsyncGenerator<string> {
  let header = true;
  for await (const part of parts) {
    yield csvText(part, header);
    header = false;
  }
}

function csvText({ columns, rows }: QueryResult, header: boolean): string {
  const texts = rows.map((row) => row.map((value) => (value === null ? "" : valueText(value))));
  return stringify(texts, { header, columns: columns.map(({ name }) => name) });
}

/**
 * A result as an aligned table with a heading, part by part. Its columns are as wide as the first thousand rows need;
 * a longer value further down moves the rest of its line.
 */
export async function* tableOf(parts: AsyncIterable<QueryResult>): AsyncGenerator<string> {
  let layout: TableLayout | undefined;
  let right: number[] = [];
  let waiting: string[][] = [];
  for await (const { columns, rows } of parts) {
    if (layout === undefined && waiting.length === 0) {
      waiting.push(columns.map(({ name }) => name));
      right = columns.flatMap(({ type }, index) => (NUMBERS.has(type) ? [index] : []));
    }
    for (const row of rows) waiting.push(row.map(valueText));
    if (layout === undefined && waiting.length <= ROWS_FOR_WIDTHS) continue;
    layout ??= tableLayout(waiting, right);
    yield linesOf(layout, waiting);
    waiting = [];
  }
  if (layout === undefined) yield linesOf(tableLayout(waiting, right), waiting);
}

/** A plan, which EXPLAIN gives as the last column of its rows: as it is, since its lines make a picture. */
export async function* planOf(parts: AsyncIterable<QueryResult>): AsyncGenerator<string> {
  for await (const { rows } of parts) {
    for (const row of rows) yield `${valueText(row.at(-1) ?? null).trimEnd()}\n`;
  }
}

function linesOf({ line }: TableLayout, rows: readonly string[][]): string {
  return rows.map((row) => `${line(row)}\n`).join("");
}

/** A value as text: timestamps as `YYYY-MM-DD HH:MM:SS.mmm`, arrays and rows as JSON. */
export function valueText(value: SqlValue): string {
  if (value instanceof Date) return value.toISOString().replace("T", " ").replace("Z", "");
  if (typeof value !== "object" || value === null) return value === null ? "NULL" : String(value);
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part));
}
