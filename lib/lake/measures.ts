import { z } from "zod";

const count = z.int().nonnegative();

/** What a column's values are like. */
export const columnMeasures = z.object({
  /** Rows that are not NULL. */
  filled: count,
  /** Different values, roughly; of columns that are no lists. */
  distinct: count.optional(),
  /** Bytes of UTF-8 of all values; of texts. */
  bytes: count.optional(),
  /** Values that look as if UTF-8 had been read as Latin-1, or that hold U+FFFD; of texts. */
  garbled: count.optional(),
});
export type ColumnMeasures = z.infer<typeof columnMeasures>;

/** References of one column to another dataset. */
export const referenceMeasures = z.object({
  /** Rows (items of lists) with a reference; 0, the dumps' "none", is not one. */
  references: count,
  /** Those that lead to nothing. */
  orphans: count,
});
export type ReferenceMeasures = z.infer<typeof referenceMeasures>;

/** What the files of a dataset hold, as far as two months can be compared by it. */
export const datasetMeasures = z.object({
  columns: z.record(z.string(), columnMeasures),
  /** By column, or `column.field` of a list of structs. */
  references: z.record(z.string(), referenceMeasures),
});
export type DatasetMeasures = z.infer<typeof datasetMeasures>;
