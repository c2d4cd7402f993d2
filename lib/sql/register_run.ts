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

/** Making a schema takes seconds; a slow metastore some more. */
const WAIT_MS = 10 * 60_000;

/** A run's schema after it was registered. */
export interface RegisteredSchema {
  runId: string;
  schema: string;
  objects: SchemaObject[];
}

/** Where and with which engine a run is registered. */
export interface RegisterContext {
  lake: string;
  engine: SqlEngine;
  log: Logger;
}

/**
 * Makes the schema of a finished run, `hive.discogs_r_...`, or brings it up to date: tables on `_runs/<run id>/...` and
 * the views, of what the run has. CheckFailedError when it has no dataset at all, or is not what its manifest says;
 * ExpectedError when the engine reads a store in which the run is not published.
 */
export async function registerRunSchema(
  context: RegisterContext,
  { runId, dir }: Pick<Run, "runId" | "dir">,
): Promise<RegisteredSchema> {
  const schema = schemaNameOf(runId);
  const difference = await manifestDifference(dir, runId);
  if (difference !== undefined) {
    throw new CheckFailedError(
      `run ${runId} is not what its manifest says (${difference}): see scripts/verify_run.ts ${runId}`,
    );
  }
  const tables = await datasetsIn(dir);
  if (tables.length === 0) {
    throw new CheckFailedError(`${dir} has no datasets, so there is nothing to register`);
  }
  await context.engine.requireRun(runId, dir);
  await whileNoOtherMakes(context, schema, () =>
    registerSchema(context.engine, { schema, location: runLocation(runId), tables }),
  );
  return { runId, schema, objects: expectedObjects(tables) };
}

/** Where the tables of a run are, relative to the lake. */
export function runLocation(runId: string): string {
  return `_runs/${runId}`;
}

/** Runs a step while no other process makes the same schema; waits for one that does. */
export async function whileNoOtherMakes<T>(
  { lake, log }: RegisterContext,
  schema: string,
  step: () => Promise<T>,
): Promise<T> {
  return withLockAfter(schemaLockPath(lake, schema), `registering ${schema}`, waitAloud(WAIT_MS, log), step);
}
