import { type Data, DataType, type Decimal, makeData, type Timestamp, TimeUnit } from "apache-arrow";
import { ExpectedError } from "../../cli/errors.ts";
import type { SqlValue } from "../engine.ts";
import { microseconds, timeOfDay } from "./date_text.ts";

const MICROSECONDS_OF_DAY = 86_400_000_000n;
const WORD = 64n;

/**
 * Converts the values of a column to the data of an Arrow vector.
 * @throws ExpectedError when a value is out of the type's range, e.g. an infinite date
 */
export function arrowData(type: DataType, values: readonly SqlValue[]): Data {
  const nulls = nullsOf(values);
  if (DataType.isInt(type)) return makeData({ type, ...nulls, data: numbers(type, values) });
  if (DataType.isFloat(type)) return makeData({ type, ...nulls, data: numbers(type, values) });
  if (DataType.isBool(type))
    return makeData({ type, ...nulls, data: bits(values, (value) => value === true) });
  if (DataType.isUtf8(type)) return makeData({ type, ...nulls, ...texts(values) });
  if (DataType.isDecimal(type)) return makeData({ type, ...nulls, data: decimals(type, values) });
  if (DataType.isDate(type)) return makeData({ type, ...nulls, data: days(values) });
  if (DataType.isTime(type)) {
    return makeData({ type, ...nulls, data: longs(values, (value) => timeOfDay(String(value))) });
  }
  if (DataType.isTimestamp(type)) return makeData({ type, ...nulls, data: times(type, values) });
  if (DataType.isList(type)) {
    const lists = values.map((value) => (Array.isArray(value) ? value : []));
    const child = arrowData(type.valueType, lists.flat(1));
    return makeData({ type, ...nulls, valueOffsets: offsetsOf(lists.map(({ length }) => length)), child });
  }
  if (DataType.isStruct(type)) {
    const children = type.children.map((field) =>
      arrowData(
        field.type,
        values.map((value) => fieldOf(value, field.name)),
      ),
    );
    return makeData({ type, ...nulls, children });
  }
  throw new TypeError(`${type} is not a type of a result`);
}

function nullsOf(values: readonly SqlValue[]) {
  const nullCount = values.reduce<number>((count, value) => count + (value === null ? 1 : 0), 0);
  const nullBitmap = nullCount === 0 ? null : bits(values, (value) => value !== null);
  return { length: values.length, nullCount, nullBitmap };
}

function bits(values: readonly SqlValue[], isSet: (value: SqlValue) => boolean): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, index) => {
    if (isSet(value)) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return bytes;
}

function numbers(type: DataType, values: readonly SqlValue[]) {
  const array = new type.ArrayType(values.length);
  const zero = typeof array[0] === "bigint" ? 0n : 0;
  values.forEach((value, index) => {
    array[index] = value ?? zero;
  });
  return array;
}

function longs(values: readonly SqlValue[], of: (value: SqlValue) => bigint): BigInt64Array {
  return BigInt64Array.from(values, (value) => (value === null ? 0n : of(value)));
}

function texts(values: readonly SqlValue[]) {
  const strings = values.map((value) => (value === null ? "" : String(value)));
  return {
    valueOffsets: offsetsOf(strings.map((text) => Buffer.byteLength(text))),
    data: Buffer.from(strings.join("")),
  };
}

function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1);
  let end = 0;
  lengths.forEach((length, index) => {
    end += length;
    offsets[index + 1] = end;
  });
  return offsets;
}

/** Two 64-bit words each, the lower one first. */
function decimals(type: Decimal, values: readonly SqlValue[]): Uint32Array {
  const array = new BigInt64Array(values.length * 2);
  values.forEach((value, index) => {
    const unscaled = value === null ? 0n : unscaledOf(String(value), type);
    array[index * 2] = BigInt.asIntN(64, unscaled);
    array[index * 2 + 1] = unscaled >> WORD;
  });
  return new Uint32Array(array.buffer);
}

function unscaledOf(text: string, { precision, scale }: Decimal): bigint {
  const [, sign = "", whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction.padEnd(scale, "0")}`.replace(/^0+(?=\d)/, "");
  if (whole === "" || fraction.length > scale || digits.length > precision) {
    throw new ExpectedError(
      `${text} is not a decimal of ${precision} digits: CAST the column to VARCHAR or DOUBLE`,
    );
  }
  return BigInt(`${sign}${digits}`);
}

function days(values: readonly SqlValue[]): Int32Array {
  return Int32Array.from(values, (value) =>
    value === null ? 0 : Number(microseconds(String(value)) / MICROSECONDS_OF_DAY),
  );
}

function times({ unit }: Timestamp, values: readonly SqlValue[]): BigInt64Array {
  const inUnit = unit === TimeUnit.MILLISECOND ? 1000n : 1n;
  return longs(values, (value) =>
    value instanceof Date ? (BigInt(value.getTime()) * 1000n) / inUnit : microseconds(String(value)) / inUnit,
  );
}

function fieldOf(row: SqlValue, name: string): SqlValue {
  const isRow = typeof row === "object" && row !== null && !Array.isArray(row) && !(row instanceof Date);
  return isRow ? (row[name] ?? null) : null;
}
