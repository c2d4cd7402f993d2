import type { TableDeclaration } from "../datasets/types.ts";
import type { SqlEngine, SqlValue } from "../sql/engine.ts";
import { activeTable } from "./check_statement.ts";

/** The rows of a table with `column` between `from` and `to`, inclusive. */
export interface Slice {
  column: string;
  from: bigint;
  to: bigint;
}

/** This many rows of a few numbers can be grouped or joined in a few hundred MB. */
const ROWS = 8_000_000;

/**
 * Splits a table into ranges of its first key column, each of roughly `rows` rows, in ascending order, so that checks
 * among rows of the same record run one range at a time, in memory that does not grow with the table. Files sorted by
 * that column, or nearly so, are read about once in total, because row groups outside a range are skipped. A small
 * table is not split, nor is one whose column may be NULL or is not a number.
 */
export async function slicesOf(
  engine: SqlEngine,
  { table, columns, key }: TableDeclaration,
  rows = ROWS,
): Promise<Slice[]> {
  const first = columns.find(({ name }) => name === key?.columns[0]);
  if (first === undefined || first.type !== "BIGINT" || first.mandatory !== true) return [];
  const result = await engine.query(
    `SELECT count(*), min(${first.name}), max(${first.name}) FROM ${activeTable(table)}`,
  );
  const [count, least, greatest] = (result.rows[0] ?? []).map(bigintOrZero);
  if (count === undefined || least === undefined || greatest === undefined) return [];
  if (count <= BigInt(rows)) return [];
  const number = (count + BigInt(rows) - 1n) / BigInt(rows);
  const width = (greatest - least) / number + 1n;
  const slices: Slice[] = [];
  for (let from = least; from <= greatest; from += width) {
    slices.push({ column: first.name, from, to: from + width - 1n });
  }
  return slices;
}

/** The condition that selects a slice by a column. */
export function inSlice({ from, to }: Slice, column: string): string {
  return `${column} BETWEEN ${from} AND ${to}`;
}

function bigintOrZero(value: SqlValue): bigint {
  return typeof value === "bigint" ? value : 0n;
}
