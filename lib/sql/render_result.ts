import { stringify } from "csv-stringify/sync";
import { type TableLayout, tableLayout } from "../cli/table.ts";
import type { QueryResult } from "./engine.ts";
import { valueText } from "./results/value_text.ts";
import { type ValueType, valueType } from "./results/value_type.ts";

const NUMBERS = new Set(["BIGINT", "INTEGER", "DOUBLE"]);
/** Number of rows that determine a table's column widths; a longer result is not kept in memory. */
const ROWS_FOR_WIDTHS = 1000;

/** Renders a result as CSV with a header; NULL is an empty field. */
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
  const types = typesOf(columns);
  const texts = rows.map((row) =>
    row.map((value, index) => (value === null ? "" : valueText(value, types[index]))),
  );
  return stringify(texts, { header, columns: columns.map(({ name }) => name) });
}

/**
 * Renders a result as an aligned table with a header, part by part. The first thousand rows determine the column widths; a
 * longer value further down shifts the rest of its line.
 */
export async function* tableOf(parts: AsyncIterable<QueryResult>): AsyncGenerator<string> {
  let layout: TableLayout | undefined;
  let right: number[] = [];
  let types: ValueType[] = [];
  let waiting: string[][] = [];
  for await (const { columns, rows } of parts) {
    if (layout === undefined && waiting.length === 0) {
      waiting.push(columns.map(({ name }) => name));
      types = typesOf(columns);
      right = columns.flatMap(({ type }, index) => (NUMBERS.has(type) ? [index] : []));
    }
    for (const row of rows) waiting.push(row.map((value, index) => valueText(value, types[index])));
    if (layout === undefined && waiting.length <= ROWS_FOR_WIDTHS) continue;
    layout ??= tableLayout(waiting, right);
    yield linesOf(layout, waiting);
    waiting = [];
  }
  if (layout === undefined) yield linesOf(tableLayout(waiting, right), waiting);
}

/** A plan, which EXPLAIN returns as the last column of its rows. Printed unchanged, because its lines form a picture. */
export async function* planOf(parts: AsyncIterable<QueryResult>): AsyncGenerator<string> {
  for await (const { rows } of parts) {
    for (const row of rows) yield `${valueText(row.at(-1) ?? null).trimEnd()}\n`;
  }
}

function typesOf(columns: QueryResult["columns"]): ValueType[] {
  return columns.map(({ type }) => valueType(type));
}

function linesOf({ line }: TableLayout, rows: readonly string[][]): string {
  return rows.map((row) => `${line(row)}\n`).join("");
}
