import type { Column, ColumnType } from "../datasets/types.ts";
import type { SqlValue } from "./engine.ts";

/**
 * Refuses rows that do not fit the table's columns before anything is written: TypeError for a wrong number of values, or a
 * value that is not of its column's type.
 */
export function requireFittingRows(columns: readonly Column[], rows: readonly SqlValue[][]): void {
  for (const row of rows) {
    if (row.length !== columns.length) {
      throw new TypeError(`a row has ${row.length} values, but the table has ${columns.length} columns`);
    }
    columns.forEach(({ name, type }, index) => {
      const value = row[index] ?? null;
      if (fits(type, value)) return;
      throw new TypeError(`${name}: ${String(value)} can't be appended as ${JSON.stringify(type)}`);
    });
  }
}

function fits(type: ColumnType, value: SqlValue): boolean {
  if (value === null) return true;
  if (type === "BIGINT") return typeof value === "bigint" && BigInt.asIntN(64, value) === value;
  if (type === "VARCHAR") return typeof value === "string";
  if (type === "BOOLEAN") return typeof value === "boolean";
  return type === "TIMESTAMP(3)" && value instanceof Date && !Number.isNaN(value.getTime());
}
