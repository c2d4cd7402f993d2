import type { QueryResult } from "../engine.ts";
import { requireDistinctNames } from "./distinct_names.ts";
import { jsonText } from "./value_text.ts";
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
