import type { QueryResult, SqlEngine } from "./engine.ts";
import { splitStatements } from "./split.ts";
import { sourceAt } from "./sql_error.ts";

/** `SqlEngine.script` by an engine's `query`: one statement after the other, stopping at the first that fails. */
export function scriptBy(query: SqlEngine["query"]): SqlEngine["script"] {
  return async (sql, source) => {
    const results: QueryResult[] = [];
    for (const { text, textLine } of splitStatements(sql)) {
      results.push(await query(text, sourceAt(source, textLine)));
    }
    return results;
  };
}
