import { ExpectedError, oneLine } from "../cli/errors.ts";
import { type QueryResult, rowObjects, type SqlEngine, type SqlValue } from "../sql/engine.ts";
import { inSchema } from "../sql/schema_names.ts";
import { EngineUnavailableError } from "../sql/sql_error.ts";
import { readSql } from "../sql/sql_files.ts";

/** What a query gave, or why it failed. */
export type Outcome = { rows: Record<string, SqlValue>[] } | { failure: string };

/** A query written for the active run, and its file below `sql/` where it has one. */
export interface RunQuery {
  sql: string;
  file?: string;
}

/** The query of a file below `sql/`. */
export function queryFile(file: string): RunQuery {
  return { sql: readSql(file), file };
}

/**
 * Runs a query, written for the active run, on the schema of another run. Its failure is a value, so
 * that it does not stop the rest; an engine that is not there any more is an exception (EngineUnavailableError).
 */
export async function queryRun(engine: SqlEngine, schema: string, { sql, file }: RunQuery): Promise<Outcome> {
  try {
    const source = file === undefined ? undefined : { file: `sql/${file}` };
    const result: QueryResult = await engine.query(inSchema(sql, schema), source);
    return { rows: rowObjects(result) };
  } catch (error) {
    if (!(error instanceof ExpectedError) || error instanceof EngineUnavailableError) throw error;
    return { failure: oneLine(error) };
  }
}
