import type { QueryResult, SqlEngine } from "./engine.ts";
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

/** Runs the statements of a script in order, stopping at the first failure. */
export async function runScript(engine: SqlEngine, text: string, from?: SqlSource): Promise<QueryResult[]> {
  const results: QueryResult[] = [];
  for (const { sql, source } of scriptStatements(text, from)) results.push(await engine.query(sql, source));
  return results;
}
