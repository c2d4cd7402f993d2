import { ExpectedError, oneLine } from "../cli/errors.ts";
import { type QueryResult, rowObjects, type SqlEngine, type SqlValue } from "../sql/engine.ts";
import { inSchema } from "../sql/schema_names.ts";
import { EngineUnavailableError } from "../sql/sql_error.ts";
import { readSql } from "../sql/sql_files.ts";

/** What a query gave, or why it failed. */
export type Outcome = { rows: Record<string, SqlValue>[] } | { failure: string };

/**
 * Runs a query file of `sql/`, written for the active run, on the schema of another run. Its failure is a value, so
 * that it does not stop the rest; an engine that is not there any more is an exception (EngineUnavailableError).
 */
export async function queryRun(engine: SqlEngine, schema: string, file: string): Promise<Outcome> {
  try {
    const result: QueryResult = await engine.query(inSchema(readSql(file), schema), { file: `sql/${file}` });
    return { rows: rowObjects(result) };
  } catch (error) {
    if (!(error instanceof ExpectedError) || error instanceof EngineUnavailableError) throw error;
    return { failure: oneLine(error) };
  }
}
