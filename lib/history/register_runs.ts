import { ExpectedError, oneLine } from "../cli/errors.ts";
import { RUN_SCHEMA_PREFIX, schemaNameOf } from "../files/run_id.ts";
import { listRuns } from "../lake/runs.ts";
import { requireFinishedRun } from "../promotion/promotable.ts";
import { type RegisteredSchema, registerRunSchema } from "../sql/register_run.ts";
import { EngineUnavailableError } from "../sql/sql_error.ts";
import { type HistoryContext, whileNoOtherWrites } from "./history_schema.ts";
import { isPlaced, unregisteredObjects } from "./run_states.ts";

/**
 * Creates or updates the schema of a finished run. ExpectedError when there is no such run, and whatever `registerRunSchema`
 * throws.
 */
export async function registerRun(context: HistoryContext, runId: string): Promise<RegisteredSchema> {
  return whileNoOtherWrites(context, `registering run ${runId}`, () => register(context, runId));
}

async function register(context: HistoryContext, runId: string): Promise<RegisteredSchema> {
  return registerRunSchema(context, await requireFinishedRun(context.lake, runId));
}

/**
 * Registers every finished run whose schema is missing, lacks a table or view, or has a table outside the run's directory
 * or of unknown location; others are left alone. A run that can't be registered gives a warning and does not stop the rest:
 * reconciling records what it lacks.
 */
export async function registerMissingRuns(context: HistoryContext): Promise<RegisteredSchema[]> {
  return whileNoOtherWrites(context, "registering runs", () => registerMissing(context));
}

async function registerMissing(context: HistoryContext): Promise<RegisteredSchema[]> {
  const { lake, engine, log } = context;
  const registered: RegisteredSchema[] = [];
  const objects = await engine.placedObjects(RUN_SCHEMA_PREFIX);
  for (const { runId, dir } of (await listRuns(lake)).runs) {
    try {
      const there = objects.get(schemaNameOf(runId)) ?? [];
      const isComplete = (await unregisteredObjects(engine, { runId, dir }, there)).length === 0;
      if (isComplete && there.every(isPlaced)) continue;
      registered.push(await register(context, runId));
    } catch (error) {
      if (!(error instanceof ExpectedError) || error instanceof EngineUnavailableError) throw error;
      log.warn(`cannot register run ${runId}: ${oneLine(error)}`);
    }
  }
  return registered;
}
