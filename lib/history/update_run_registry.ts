import { isDeepStrictEqual } from "node:util";
import { rowObjects, type SqlEngine } from "../sql/engine.ts";
import { historyName, runRegistryEvents } from "./event_tables.ts";
import { appendEvents, type HistoryContext, inHistory } from "./history_schema.ts";
import { type Observation, observeRuns, type RunState } from "./run_states.ts";

/** How a registry update is recorded. */
export interface RegistryUpdate {
  /** The source of the events, e.g. `reconcile_register`. */
  action: string;
  /** Whether events are also appended when every run is as the registry has it already. */
  always: boolean;
}

/** What was observed, and whether it was appended to the registry. */
export interface RecordedObservation extends Observation {
  isRecorded: boolean;
}

/**
 * Examines every run and appends its state to the registry: one event per run, in one batch. The only writer of registry events.
 */
export async function updateRunRegistry(
  context: HistoryContext,
  { action, always }: RegistryUpdate,
): Promise<RecordedObservation> {
  return inHistory(context, action, async () => {
    const observation = await observeRuns(context);
    const states = observation.states.map(recordOf);
    const isRecorded = always || !isDeepStrictEqual(states, await registeredStates(context.engine));
    if (isRecorded) {
      const events = states.map((state) => [{ ...state, action }]);
      await appendEvents(context.engine, runRegistryEvents, events);
    }
    return { ...observation, isRecorded };
  });
}

function recordOf(state: RunState) {
  return {
    run_id: state.runId,
    schema_name: state.schema,
    is_active: state.isActive,
    status: state.status,
    details: state.details,
    ...state.metadata,
  };
}

/** The last state of each run in the registry, sorted by run id, in the form of {@link recordOf}. */
async function registeredStates(engine: SqlEngine): Promise<Record<string, unknown>[]> {
  const result = await engine.query(
    "SELECT run_id, schema_name, is_active, status, details, dump_month, dump_date, run_mode, git_sha " +
      `FROM ${historyName(runRegistryEvents.latestView)} ORDER BY run_id`,
  );
  return rowObjects(result);
}
