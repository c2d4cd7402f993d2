import { splitStatements } from "./split.ts";
import { type SqlSource, sourceAt } from "./sql_error.ts";

/** The statements of a script, separated by `;`, each with its source. */
export function scriptStatements(
  sql: string,
  source?: SqlSource,
): { sql: string; source: SqlSource | undefined }[] {
  return splitStatements(sql).map(({ text, textLine }) => ({
    sql: text,
    source: sourceAt(source, textLine),
  }));
}
