import {
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Schema,
  Struct,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from "apache-arrow";
import { ExpectedError } from "../../cli/errors.ts";
import type { ResultColumn } from "../engine.ts";
import { requireDistinctNames } from "./distinct_names.ts";
import { type ValueType, valueType } from "./value_type.ts";

const DECIMAL_BITS = 128;
const LONGEST_DECIMAL = 38;

/** Types by the engines' names. */
const SCALARS: Readonly<Record<string, () => DataType>> = {
  BOOLEAN: () => new Bool(),
  TINYINT: () => new Int8(),
  SMALLINT: () => new Int16(),
  INTEGER: () => new Int32(),
  BIGINT: () => new Int64(),
  UTINYINT: () => new Uint8(),
  USMALLINT: () => new Uint16(),
  UINTEGER: () => new Uint32(),
  UBIGINT: () => new Uint64(),
  // DuckDB's sum of BIGINTs: Arrow has no 128-bit integer, and a decimal of 38 digits holds nearly all.
  HUGEINT: () => new Decimal(0, LONGEST_DECIMAL, DECIMAL_BITS),
  REAL: () => new Float32(),
  FLOAT: () => new Float32(),
  DOUBLE: () => new Float64(),
  VARCHAR: () => new Utf8(),
  CHAR: () => new Utf8(),
  UUID: () => new Utf8(),
  JSON: () => new Utf8(),
  DATE: () => new DateDay(),
  TIME: () => new TimeMicrosecond(),
  "TIME(3)": () => new TimeMicrosecond(),
  "TIME(6)": () => new TimeMicrosecond(),
  "TIMESTAMP(3)": () => new TimestampMillisecond(),
  "TIMESTAMP(6)": () => new TimestampMicrosecond(),
  TIMESTAMP_S: () => new TimestampMillisecond(),
  "TIMESTAMP WITH TIME ZONE": () => new TimestampMicrosecond("UTC"),
  "TIMESTAMP(3) WITH TIME ZONE": () => new TimestampMillisecond("UTC"),
  "TIMESTAMP(6) WITH TIME ZONE": () => new TimestampMicrosecond("UTC"),
};

/**
 * The Arrow schema of a result's columns.
 * @throws ExpectedError that names a column whose type Arrow can't represent, or a duplicate column name
 */
export function arrowSchema(columns: readonly ResultColumn[]): Schema {
  requireDistinctNames(columns);
  return new Schema(
    columns.map(({ name, type }) => new Field(name, arrowType(valueType(type), `column ${name}`), true)),
  );
}

function arrowType(type: ValueType, where: string): DataType {
  if (type.kind === "list") return new List(new Field("item", arrowType(type.items, where), true));
  if (type.kind === "row") {
    return new Struct(
      type.fields.map(({ name, type: of }) => new Field(name, arrowType(of, `${where}.${name}`), true)),
    );
  }
  if (type.kind === "decimal") return new Decimal(type.scale, type.precision, DECIMAL_BITS);
  const make = Object.hasOwn(SCALARS, type.name) ? SCALARS[type.name] : undefined;
  if (make !== undefined) return make();
  throw new ExpectedError(
    `${where} is of type ${type.name}, which Arrow and Parquet results do not support: CAST it to another, e.g. VARCHAR`,
  );
}
