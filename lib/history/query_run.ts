import { ExpectedError, oneLine } from "../cli/errors.ts";
import { type QueryResult, rowObjects, type SqlEngine, type SqlValue } from "../sql/engine.ts";
import { inSchema } from "../sql/schema_names.ts";
import { EngineUnavailableError } from "../sql/sql_error.ts";
import { readSql } from "../sql/sql_files.ts";

/** The rows of a query, or why it failed. */
export type Outcome = { rows: Record<string, SqlValue>[] } | { failure: string };

/** A query written for the active run, and its file below `sql/` if it has one. */
export interface RunQuery {
  sql: string;
  file?: string;
}

/** Reads a query from a file below `sql/`. */
export function queryFile(file: string): RunQuery {
  return { sql: readSql(file), file };
}

/**
 * Runs a query written for the active run on the schema of another run. Returns a failure as a value, so that other queries
 * still run; throws EngineUnavailableError when the engine is gone.
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
