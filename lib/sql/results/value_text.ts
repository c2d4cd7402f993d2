import type { SqlValue } from "../engine.ts";
import type { ValueType } from "./value_type.ts";

/** A value as text: timestamps as `YYYY-MM-DD HH:MM:SS.mmm`, arrays and rows as JSON. */
export function valueText(value: SqlValue, type?: ValueType): string {
  if (value instanceof Date) return value.toISOString().replace("T", " ").replace("Z", "");
  if (typeof value === "object" && value !== null) return jsonText(value, type);
  return value === null ? "NULL" : String(value);
}

/**
 * A value as JSON. Numbers keep all digits, even beyond JavaScript's precision; numbers that JSON lacks (NaN, infinity) are texts,
 * as are dates and times.
 */
export function jsonText(value: SqlValue, type?: ValueType): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : `"${value}"`;
  if (value instanceof Date) return JSON.stringify(valueText(value));
  if (typeof value === "string") return type?.kind === "decimal" ? value : JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = type?.kind === "list" ? type.items : undefined;
    return `[${value.map((item) => jsonText(item, items)).join(",")}]`;
  }
  const fields = new Map(type?.kind === "row" ? type.fields.map((field) => [field.name, field.type]) : []);
  const members = Object.entries(value).map(
    ([name, field]) => `${JSON.stringify(name)}:${jsonText(field, fields.get(name))}`,
  );
  return `{${members.join(",")}}`;
}
