import { z } from "zod";

const count = z.int().nonnegative();

/** Measures of a column's values. */
const columnMeasures = z.object({
  /** Rows that are not NULL. */
  filled: count,
  /** Approximate number of distinct values; not for lists. */
  distinct: count.optional(),
  /** Bytes of UTF-8 of all values; only for texts. */
  bytes: count.optional(),
  /** Values that look like UTF-8 decoded as Latin-1, or that contain U+FFFD; only for texts. */
  garbled: count.optional(),
});

/** The measures of one column. */
export type ColumnMeasures = z.infer<typeof columnMeasures>;

/** References of one column to another dataset. */
const referenceMeasures = z.object({
  /** Rows (items of lists) with a reference; 0, the dumps' "none", is not one. */
  references: count,
  /** References to a row that does not exist. */
  orphans: count,
});

/** The measures of one reference. */
export type ReferenceMeasures = z.infer<typeof referenceMeasures>;

/** Measures of a dataset's files, as far as months are compared by them. */
export const datasetMeasures = z.object({
  columns: z.record(z.string(), columnMeasures),
  /** By column, or `column.field` for a list of structs. */
  references: z.record(z.string(), referenceMeasures),
});

/** The measures of one dataset, with all its columns and references. */
export type DatasetMeasures = z.infer<typeof datasetMeasures>;
