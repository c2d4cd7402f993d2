import type { ColumnData } from "../parquet/column_buffers.ts";

/** All rows of a column in a comparable form: equal exactly when the rows are equal. */
export function snapshot(column: ColumnData): unknown {
  if (column.kind === "struct") return column.fields.map(snapshot);
  const { length, bits, nullCount } = column.validity;
  const valid = Array.from({ length }, (_, index) => ((bits[index >> 3] ?? 0) >> (index & 7)) & 1);
  const common = { valid, nullCount };
  if (column.kind === "int64")
    return { ...common, words: [...column.words.subarray(0, (length - nullCount) * 2)] };
  if (column.kind === "list") {
    return { ...common, offsets: [...column.offsets.subarray(0, length + 1)], child: snapshot(column.child) };
  }
  if (column.kind === "boolean")
    return { ...common, flags: [...column.bytes.subarray(0, length - nullCount)] };
  return { ...common, bytes: Buffer.from(column.bytes.subarray(0, column.byteLength)).toString("hex") };
}
