import { CheckFailedError, ExpectedError, oneLine } from "../cli/errors.ts";
import { requireFinishedRun } from "../lake/promotable.ts";
import { schemaNameOf } from "../lake/run_id.ts";
import { listRuns } from "../lake/runs.ts";
import { expectedObjects, registerSchema, tablesOf } from "../sql/register.ts";
import { EngineUnavailableError } from "../sql/sql_error.ts";
import { type HistoryContext, whileNoOtherWrites } from "./history_schema.ts";
import { missingObjects } from "./run_states.ts";

/** A run's schema after it was registered. */
export interface RegisteredSchema {
  runId: string;
  schema: string;
  tables: number;
  views: number;
}

/**
 * Makes the schema of a finished run, or brings it up to date: tables on `_runs/<run id>/...` and the views.
 * ExpectedError when there is no such run, CheckFailedError when it has no dataset at all.
 */
export async function registerRun(context: HistoryContext, runId: string): Promise<RegisteredSchema> {
  return whileNoOtherWrites(context, `registering run ${runId}`, () => register(context, runId));
}

async function register({ lake, engine }: HistoryContext, runId: string): Promise<RegisteredSchema> {
  const { dir } = await requireFinishedRun(lake, runId);
  const schema = schemaNameOf(runId);
  const tables = tablesOf(dir);
  if (tables.length === 0)
    throw new CheckFailedError(`${dir} has no datasets, so there is nothing to register`);
  await registerSchema(engine, { schema, location: `_runs/${runId}`, tables });
  return { runId, schema, tables: tables.length, views: expectedObjects(tables).length - tables.length };
}

/**
 * Registers every finished run whose schema is missing or lacks a table or view; the others are left alone. A run
 * that can't be registered is warned of and does not stop the rest: reconciling records what it lacks.
 */
export async function registerMissingRuns(context: HistoryContext): Promise<RegisteredSchema[]> {
  return whileNoOtherWrites(context, "registering runs", () => registerMissing(context));
}

async function registerMissing(context: HistoryContext): Promise<RegisteredSchema[]> {
  const { lake, engine, log } = context;
  const registered: RegisteredSchema[] = [];
  for (const { runId, dir } of (await listRuns(lake)).runs) {
    if ((await missingObjects(engine, schemaNameOf(runId), dir)).length === 0) continue;
    try {
      registered.push(await register(context, runId));
    } catch (error) {
      if (!(error instanceof ExpectedError) || error instanceof EngineUnavailableError) throw error;
      log.warn(`run ${runId} is not registered: ${oneLine(error)}`);
    }
  }
  return registered;
}
