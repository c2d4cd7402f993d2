import { type PackedColumns, packColumns } from "../parquet/packed_columns.ts";
import type { RowBuffers } from "../parser/row_rules.ts";

/** Rows of one dataset from a block, with their counts. */
export interface BlockRows {
  /** The rows, in memory of their own. */
  packed: PackedColumns;
  rows: number;
  /** Elements that were candidates for a row, including those that yielded none. */
  items: number;
  counts: ReadonlyMap<string, number>;
}

/** Copies the rows of a block, one entry per dataset, from a parser, which reuses their memory for the next block. */
export function packRows(datasets: readonly RowBuffers[]): BlockRows[] {
  return datasets.map(({ columns, rows, items, counts }) => ({
    packed: packColumns(columns),
    rows,
    items,
    counts,
  }));
}
