import type { Column } from "../datasets/types.ts";
import type { ColumnData, ValidityData } from "./column_data.ts";

/** Number of non-NULL rows by column. An empty list counts as NULL; the datasets have none. */
export type Filled = Record<string, number>;

/** Counts filled rows of a dataset's columns while its rows pass. */
export class FilledCounts {
  readonly #names: readonly string[];
  readonly #counts: number[];

  constructor(columns: readonly Column[]) {
    this.#names = columns.map(({ name }) => name);
    this.#counts = columns.map(() => 0);
  }

  /** Counts rows `[from, to)` of these columns. */
  add(columns: readonly ColumnData[], from: number, to: number): void {
    for (const [index, column] of columns.entries()) {
      this.#counts[index] = (this.#counts[index] ?? 0) + filledRows(validityOf(column), from, to);
    }
  }

  get filled(): Filled {
    return Object.fromEntries(this.#names.map((name, index) => [name, this.#counts[index] ?? 0]));
  }
}

function validityOf(column: ColumnData): ValidityData {
  if (column.kind === "struct") throw new TypeError("a dataset has no column of structs");
  return column.validity;
}

function filledRows({ bits, length, nullCount }: ValidityData, from: number, to: number): number {
  if (to - from === length) return length - nullCount;
  let filled = 0;
  for (let row = from; row < to; row++) filled += ((bits[row >> 3] ?? 0) >> (row & 7)) & 1;
  return filled;
}
