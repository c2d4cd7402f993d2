import type { QueryResult, SqlEngine } from "./engine.ts";
import { splitStatements } from "./split.ts";
import { type SqlSource, sourceAt } from "./sql_error.ts";

/** The statements of a script, separated by `;`, and where each comes from. */
export function scriptStatements(
  sql: string,
  source?: SqlSource,
): { sql: string; source: SqlSource | undefined }[] {
  return splitStatements(sql).map(({ text, textLine }) => ({
    sql: text,
    source: sourceAt(source, textLine),
  }));
}

/** Runs the statements of a script, one after the other, and stops at the first that fails. */
export async function runScript(engine: SqlEngine, text: string, from?: SqlSource): Promise<QueryResult[]> {
  const results: QueryResult[] = [];
  for (const { sql, source } of scriptStatements(text, from)) results.push(await engine.query(sql, source));
  return results;
}
