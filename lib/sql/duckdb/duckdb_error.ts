import { type SqlSource, type StatementError, sourceAt, sqlError } from "../sql_error.ts";

/** The place at the end of DuckDB's messages: the line of the statement, its text, and below it a mark. */
const PLACE = /\n\s*LINE (\d+): [^\n]*\n *\^\s*$/;

/** The error of a statement on DuckDB. If the source is known, names its line that DuckDB points to. */
export function duckDbError(statement: string, cause: unknown, source?: SqlSource): StatementError {
  const place = cause instanceof Error && source !== undefined ? PLACE.exec(cause.message) : null;
  if (place === null) return sqlError("duckdb", statement, cause, source);
  const [end, line] = place;
  const message = (cause as Error).message.slice(0, -end.length);
  return sqlError("duckdb", statement, new Error(message, { cause }), sourceAt(source, Number(line)));
}
