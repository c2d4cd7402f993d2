import type { ArrayType, ColumnType, RowType } from "../datasets/types.ts";
import { columnBuffers, Validity } from "../parquet/column_buffers.ts";
import type { ColumnData, ListData, StructData } from "../parquet/column_data.ts";

/** The value of a column in one row; a struct has its fields in order. */
export type Value = bigint | string | boolean | null | Value[];

/** A column with these values. */
export function columnOf(type: ColumnType, values: readonly Value[]): Exclude<ColumnData, StructData> {
  if (typeof type === "object") return listOf(type, values);
  if (type === "BOOLEAN") return flagsOf(values);
  const column = columnBuffers(type);
  for (const value of values) {
    if (column.kind === "int64" && typeof value === "bigint")
      column.append(Number(BigInt.asIntN(32, value)), Number(value >> 32n));
    else if (column.kind === "utf8" && typeof value === "string") column.append(value);
    else column.appendNull();
  }
  return column;
}

function validityOf(values: readonly Value[]): Validity {
  const validity = new Validity();
  for (const value of values) {
    if (value === null) validity.pushNull();
    else validity.pushValid();
  }
  return validity;
}

function flagsOf(values: readonly Value[]): ColumnData & { kind: "boolean" } {
  const bytes = Uint8Array.from(
    values.filter((value) => value !== null),
    Number,
  );
  return { kind: "boolean", validity: validityOf(values), bytes };
}

function listOf({ array }: ArrayType, lists: readonly Value[]): ListData {
  const offsets = [0];
  const items: Value[] = [];
  for (const list of lists) {
    if (Array.isArray(list)) items.push(...list);
    offsets.push(items.length);
  }
  const child = array === "VARCHAR" ? columnOf("VARCHAR", items) : structsOf(array, items);
  return {
    kind: "list",
    validity: validityOf(lists),
    offsets: Int32Array.from(offsets),
    child: child as ListData["child"],
  };
}

function structsOf({ row }: RowType, items: readonly Value[]): StructData {
  const fields = row.map(({ type }, index) =>
    columnOf(
      type,
      items.map((item) => (item as Value[])[index] ?? null),
    ),
  );
  return { kind: "struct", fields };
}

/** All values of a column. */
export function valuesOf(column: ColumnData): Value[] {
  if (column.kind === "struct") {
    const fields = column.fields.map(valuesOf);
    return (fields[0] ?? []).map((_, item) => fields.map((field) => field[item] ?? null));
  }
  const next = nextValue(column);
  const { bits, length } = column.validity;
  return Array.from({ length }, (_, row) => {
    const isValid = (((bits[row >> 3] as number) >> (row & 7)) & 1) === 1;
    return isValid || column.kind === "list" ? next(isValid, row) : null;
  });
}

/** Reads the values that are not NULL one after another, or the lists by their rows. */
function nextValue(column: Exclude<ColumnData, StructData>): (isValid: boolean, row: number) => Value {
  let at = 0;
  if (column.kind === "list") {
    const items = valuesOf(column.child);
    return (isValid, row) => (isValid ? items.slice(column.offsets[row], column.offsets[row + 1]) : null);
  }
  if (column.kind === "boolean") return () => column.bytes[at++] === 1;
  if (column.kind === "int64") {
    return () => {
      const low = BigInt.asUintN(32, BigInt(column.words[at++] as number));
      return (BigInt(column.words[at++] as number) << 32n) | low;
    };
  }
  const bytes = Buffer.from(column.bytes.buffer, column.bytes.byteOffset, column.byteLength);
  let text = 0;
  return () => {
    const begin = at;
    at += column.lengths[text++] as number;
    // Every byte is a character, so that texts differ if their bytes do.
    return bytes.toString("latin1", begin, at);
  };
}
