import { runRegistryEvents } from "./event_tables.ts";
import { appendEvents, type HistoryContext, inHistory } from "./history_schema.ts";
import { type Observation, observeRuns, type RunState } from "./run_states.ts";

/** How a registry update is recorded. */
export interface RegistryUpdate {
  /** The source of the events, e.g. `reconcile_register`. */
  action: string;
}

/**
 * Examines every run and appends its state to the registry: one event per run, in one batch. The only writer of registry events.
 */
export async function updateRunRegistry(
  context: HistoryContext,
  { action }: RegistryUpdate,
): Promise<Observation> {
  return inHistory(context, action, async () => {
    const observation = await observeRuns(context);
    const events = observation.states.map((state) => [registryEvent(state, action)]);
    await appendEvents(context.engine, runRegistryEvents, events);
    return observation;
  });
}

function registryEvent(state: RunState, action: string) {
  return {
    run_id: state.runId,
    schema_name: state.schema,
    is_active: state.isActive,
    action,
    status: state.status,
    details: state.details,
    ...state.metadata,
  };
}
