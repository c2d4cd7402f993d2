import type { QueryResult, SqlValue } from "../engine.ts";
import { valueText } from "../render_result.ts";
import { requireDistinctNames } from "./distinct_names.ts";
import { type ValueType, valueType } from "./value_type.ts";

/**
 * Renders a result as JSON lines, one object per row, part by part. Numbers keep all digits, even beyond JavaScript's precision;
 * numbers that JSON lacks (NaN, infinity) are texts, as are dates and times.
 */
export async function* jsonLinesOf(parts: AsyncIterable<QueryResult>): AsyncGenerator<string> {
  let keys: string[] | undefined;
  let types: ValueType[] = [];
  for await (const { columns, rows } of parts) {
    if (keys === undefined) {
      requireDistinctNames(columns);
      keys = columns.map(({ name }) => JSON.stringify(name));
      types = columns.map(({ type }) => valueType(type));
    }
    const names = keys;
    const lines = rows.map((row) => {
      const members = row.map((value, index) => `${names[index]}:${jsonText(value, types[index])}`);
      return `{${members.join(",")}}\n`;
    });
    if (lines.length > 0) yield lines.join("");
  }
}

function jsonText(value: SqlValue, type: ValueType | undefined): string {
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
