import { CheckFailedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { schemaLockPath } from "../files/paths.ts";
import { schemaNameOf } from "../files/run_id.ts";
import { waitAloud, withLockAfter } from "../files/waiting_lock.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import type { Run } from "../lake/runs.ts";
import { manifestDifference } from "./compare_manifest.ts";
import type { SchemaObject, SqlEngine } from "./engine.ts";
import { expectedObjects, registerSchema } from "./register.ts";

/** Creating a schema takes seconds, or longer with a slow metastore. */
const WAIT_MS = 10 * 60_000;

/** The schema of a registered run. */
export interface RegisteredSchema {
  runId: string;
  schema: string;
  objects: SchemaObject[];
}

/** The lake and the engine in which a run is registered. */
export interface RegisterContext {
  lake: string;
  engine: SqlEngine;
  log: Logger;
}

/**
 * Creates or updates the schema of a finished run, `hive.discogs_r_...`: tables on `_runs/<run id>/...`, and views.
 * CheckFailedError if the run has no datasets, or differs from its manifest; ExpectedError if the engine reads a store in
 * which the run is not published.
 */
export async function registerRunSchema(
  context: RegisterContext,
  { runId, dir }: Pick<Run, "runId" | "dir">,
): Promise<RegisteredSchema> {
  const schema = schemaNameOf(runId);
  const difference = await manifestDifference(dir, runId);
  if (difference !== undefined) {
    throw new CheckFailedError(
      `run ${runId} differs from its manifest (${difference}): see bin/lake verify_run ${runId}`,
    );
  }
  const tables = await datasetsIn(dir);
  if (tables.length === 0) {
    throw new CheckFailedError(`${dir} has no datasets: nothing to register`);
  }
  await context.engine.requireRun(runId, dir);
  await whileNoOtherMakes(context, schema, () =>
    registerSchema(context.engine, { schema, location: runLocation(runId), tables }),
  );
  return { runId, schema, objects: expectedObjects(tables) };
}

/** The location of a run's tables, relative to the lake. */
export function runLocation(runId: string): string {
  return `_runs/${runId}`;
}

/** Runs a step while no other process changes the same schema; waits for one that does. */
export async function whileNoOtherMakes<T>(
  { lake, log }: RegisterContext,
  schema: string,
  step: () => Promise<T>,
): Promise<T> {
  return withLockAfter(schemaLockPath(lake, schema), `registering ${schema}`, waitAloud(WAIT_MS, log), step);
}
