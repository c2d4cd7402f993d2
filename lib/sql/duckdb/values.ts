import {
  type DuckDBDecimalType,
  type DuckDBListType,
  DuckDBListValue,
  type DuckDBResultReader,
  type DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampTZValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  DuckDBVarCharVector,
} from "@duckdb/node-api";
import type { QueryResult, ResultColumn, SqlValue } from "../engine.ts";

// The package writes times with a time zone in that of the machine; a session's is UTC.
DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0;

const MARK = "\ufeff";
const MARK_BYTES = 0xbfbbef;
/** Bytes of a text in a vector: its length, then the first four of its bytes. */
const TEXT_BYTES = 16;
const FIRST_BYTES = 4;

// The package removes a byte order mark (U+FEFF) from the beginning of a text.
const { getItem } = DuckDBVarCharVector.prototype;
DuckDBVarCharVector.prototype.getItem = function (this: DuckDBVarCharVector, index: number): string | null {
  const text = getItem.call(this, index);
  return text !== null && beginsWithMark(this as unknown as TextVector, index * TEXT_BYTES)
    ? MARK + text
    : text;
};

interface TextVector {
  readonly dataView: DataView;
}

function beginsWithMark({ dataView }: TextVector, at: number): boolean {
  return (
    (dataView.getUint32(at + FIRST_BYTES, true) & 0xffffff) === MARK_BYTES &&
    dataView.getUint32(at, true) >= 3
  );
}

/** Converts a DuckDB result to the engine interface. */
export function toQueryResult(reader: DuckDBResultReader): QueryResult {
  return {
    columns: columnsOf(reader.columnNames(), reader.columnTypes()),
    rows: reader.getRows().map(toSqlRow),
  };
}

/** The columns of a result, with names and types. */
export function columnsOf(names: readonly string[], types: readonly DuckDBType[]): ResultColumn[] {
  return names.map((name, index) => ({ name, type: typeName(types[index]) }));
}

/** Converts a DuckDB row to the engine interface. */
export function toSqlRow(row: readonly DuckDBValue[]): SqlValue[] {
  return row.map(toSqlValue);
}

/** A type in Trino's spelling; types that Trino lacks keep DuckDB's name. */
function typeName(type: DuckDBType | undefined): string {
  switch (type?.typeId) {
    case DuckDBTypeId.TIMESTAMP_MS:
      return "TIMESTAMP(3)";
    case DuckDBTypeId.TIMESTAMP:
      return "TIMESTAMP(6)";
    case DuckDBTypeId.LIST:
      return `ARRAY(${typeName((type as DuckDBListType).valueType)})`;
    case DuckDBTypeId.STRUCT:
      return rowTypeName(type as DuckDBStructType);
    case DuckDBTypeId.DECIMAL:
      return decimalName(type as DuckDBDecimalType);
    default:
      return String(type);
  }
}

function rowTypeName({ entryNames, entryTypes }: DuckDBStructType): string {
  return `ROW(${entryNames.map((name, index) => `${name} ${typeName(entryTypes[index])}`).join(", ")})`;
}

function decimalName({ width, scale }: DuckDBDecimalType): string {
  return `DECIMAL(${width}, ${scale})`;
}

function toSqlValue(value: DuckDBValue): SqlValue {
  if (value instanceof DuckDBTimestampMillisecondsValue) return dateOrText(value);
  if (value instanceof DuckDBListValue) return value.items.map(toSqlValue);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(
      Object.entries(value.entries).map(([name, field]) => [name, toSqlValue(field)]),
    );
  }
  return typeof value === "object" && value !== null ? value.toString() : value;
}

/** Text for a time that a Date can't hold, as of other types: `infinity`, or one of the year 290000. */
function dateOrText(value: DuckDBTimestampMillisecondsValue): Date | string {
  const date = new Date(Number(value.millis));
  if (!Number.isNaN(date.getTime())) return date;
  if (value.isFinite) return value.toString();
  return value.millis > 0n ? "infinity" : "-infinity";
}
