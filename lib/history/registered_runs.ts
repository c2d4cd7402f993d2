import { rowObjects, type SqlEngine } from "../sql/engine.ts";
import { readSql } from "../sql/sql_files.ts";

/** A run in the registry, with its latest status. */
export interface RegisteredRun {
  runId: string;
  status: string;
}

/** Every run in the registry, sorted by run id. */
export async function registeredRuns(engine: SqlEngine): Promise<RegisteredRun[]> {
  const file = "history/registered_runs.sql";
  const result = await engine.query(readSql(file), { file: `sql/${file}` });
  return rowObjects(result).map(({ run_id, status }) => ({ runId: String(run_id), status: String(status) }));
}
