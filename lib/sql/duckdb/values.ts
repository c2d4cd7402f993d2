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
} from "@duckdb/node-api";
import type { QueryResult, ResultColumn, SqlValue } from "../engine.ts";

// The package writes times with a time zone in that of the machine; a session's is UTC.
DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0;

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
