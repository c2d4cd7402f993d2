import type { ColumnData, ListData, Utf8Data, ValidityData } from "./column_data.ts";

/** Rows `[from, to)` of a column. Its values are views of the column's memory. */
export function sliceRows(column: ColumnData, from: number, to: number): ColumnData {
  if (column.kind === "struct") {
    return { kind: "struct", fields: column.fields.map((field) => sliceRows(field, from, to)) };
  }
  if (column.kind === "list") return sliceLists(column, from, to);
  const validity = sliceValidity(column.validity, from, to);
  const first = valuesBefore(column.validity, from);
  const end = first + validity.length - validity.nullCount;
  if (column.kind === "int64")
    return { kind: "int64", validity, words: column.words.subarray(first * 2, end * 2) };
  if (column.kind === "boolean")
    return { kind: "boolean", validity, bytes: column.bytes.subarray(first, end) };
  return { kind: "utf8", validity, ...sliceTexts(column, first, end) };
}

function sliceLists({ validity, offsets, child }: ListData, from: number, to: number): ListData {
  const first = offsets[from] as number;
  return {
    kind: "list",
    validity: sliceValidity(validity, from, to),
    offsets: offsets.subarray(from, to + 1).map((offset) => offset - first),
    child: sliceRows(child, first, offsets[to] as number) as ListData["child"],
  };
}

/** Texts `[first, end)` of those that are not NULL. */
function sliceTexts(
  column: Utf8Data,
  first: number,
  end: number,
): Pick<Utf8Data, "lengths" | "bytes" | "byteLength"> {
  const { validity, byteLength } = column;
  const lengths = column.lengths.subarray(first, end);
  const start = sum(column.lengths.subarray(0, first));
  const stop = end === validity.length - validity.nullCount ? byteLength : start + sum(lengths);
  return { lengths, bytes: column.bytes.subarray(start, stop), byteLength: stop - start };
}

function sum(numbers: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i] as number;
  return sum;
}

function sliceValidity({ bits, nullCount }: ValidityData, from: number, to: number): ValidityData {
  const length = to - from;
  const slice = new Uint8Array((length + 7) >> 3).fill(0xff);
  if (nullCount === 0) return { bits: slice, length, nullCount: 0 };
  const shift = from & 7;
  const first = from >> 3;
  for (let at = 0; at < slice.length; at++) {
    const both = (bits[first + at] as number) | ((bits[first + at + 1] ?? 0xff) << 8);
    slice[at] = both >> shift;
  }
  const excess = length & 7;
  if (excess > 0) slice[slice.length - 1] = (slice.at(-1) as number) | (0xff << excess);
  return { bits: slice, length, nullCount: slice.length * 8 - ones(slice) };
}

/** Number of rows before `row` that are not NULL. */
function valuesBefore({ bits, nullCount }: ValidityData, row: number): number {
  if (nullCount === 0) return row;
  const whole = row >> 3;
  const count = ones(bits.subarray(0, whole));
  return (row & 7) === 0 ? count : count + onesIn((bits[whole] as number) & ((1 << (row & 7)) - 1));
}

function ones(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) count += onesIn(byte);
  return count;
}

function onesIn(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
