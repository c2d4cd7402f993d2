import type { TableDeclaration } from "../datasets/types.ts";
import type { SqlEngine, SqlValue } from "../sql/engine.ts";
import { activeTable } from "./check_statement.ts";

/** The rows of a table whose `column` is from `from` to `to`, both included. */
export interface Slice {
  column: string;
  from: bigint;
  to: bigint;
}

/** So many rows of a few numbers are grouped or joined within some hundred MB. */
const ROWS = 8_000_000;

/**
 * Ranges of the first column of a dataset's key, each of roughly `rows` rows, in ascending order: what rows of one
 * record have to do with one another can be checked a range at a time, in memory that does not grow with the table.
 * Files whose rows are in the order of that column, or nearly, are read about once in all, as row groups outside a
 * range are skipped. None for a small table, which is taken whole, and where the column may be NULL or is no number.
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

/** The condition of a slice, on a column that has its values. */
export function inSlice({ from, to }: Slice, column: string): string {
  return `${column} BETWEEN ${from} AND ${to}`;
}

function bigintOrZero(value: SqlValue): bigint {
  return typeof value === "bigint" ? value : 0n;
}
