import { ExpectedError } from "../cli/errors.ts";
import { isRunId, schemaNameOf } from "../files/run_id.ts";
import { meantRun, requireRunIdFor } from "../lake/likely_run.ts";
import { namedRun, readActive } from "../promotion/active.ts";
import { runRegistryEvents } from "./event_tables.ts";
import type { HistoryContext } from "./history_schema.ts";
import { type RegisteredRun, registeredRuns } from "./registered_runs.ts";

/** Which runs KPIs are selected from. */
export interface RunSelection {
  /** Only this run; default: all complete runs. */
  onlyRunId: string | undefined;
  /** Include the active run. */
  includeActive: boolean;
}

/** Which KPIs are computed. */
export interface KpiSelection extends RunSelection {
  /** Including those that have a value already. */
  recompute: boolean;
}

/** A run to compute KPIs for, and its schema. */
export interface KpiRun {
  runId: string;
  schema: string;
}

/**
 * The runs to compute KPIs for: those whose latest status is `ok` and, with `includeActive`, the active run if it is complete.
 * Throws an ExpectedError with the reason when the one requested run is not among them.
 */
export async function kpiRuns(
  { lake, engine, log }: HistoryContext,
  { onlyRunId, includeActive }: RunSelection,
): Promise<KpiRun[]> {
  if (onlyRunId !== undefined) await requireRunIdFor(lake, onlyRunId);
  const active = namedRun(await readActive(lake));
  const registered = await registeredRuns(engine);
  requireRunIds(lake, registered);
  const isMeant = ({ runId, status }: RegisteredRun) =>
    status === "ok" || (includeActive && runId === active && status === "skipped_active");
  const complete = registered.filter(isMeant).map(({ runId }) => runId);
  const meant = onlyRunId === undefined ? complete : complete.filter((runId) => runId === onlyRunId);
  if (onlyRunId !== undefined && meant.length === 0) {
    const isKnown = registered.some(({ runId }) => runId === onlyRunId);
    const likely = isKnown ? "" : await meantRun(lake, onlyRunId);
    throw new ExpectedError(
      `cannot compute KPIs of run ${onlyRunId}: ${stateOf(onlyRunId, registered)}${likely}`,
    );
  }
  if (includeActive && active !== undefined && onlyRunId === undefined && !complete.includes(active)) {
    log.warn(`skipping the active run ${active}: ${stateOf(active, registered)}`);
  }
  return meant.map((runId) => ({ runId, schema: schemaNameOf(runId) }));
}

/** ExpectedError if another program added events of something else to the registry. */
function requireRunIds(lake: string, registered: readonly RegisteredRun[]): void {
  const foreign = registered.find(({ runId }) => !isRunId(runId));
  if (foreign === undefined) return;
  throw new ExpectedError(
    `a file in ${runRegistryEvents.directory(lake)} has events of run ${JSON.stringify(foreign.runId)}, which is not a run id`,
  );
}

function stateOf(runId: string, registered: readonly RegisteredRun[]): string {
  const status = registered.find((run) => run.runId === runId)?.status;
  if (status === undefined) return "it is not in the registry; reconcile_register adds it";
  if (status === "skipped_active")
    return "it is the active run (skipped_active in the registry); include_active=true includes it";
  if (status === "archived") return `it is archived; bin/lake archive_run ${runId} --restore brings it back`;
  if (status === "missing") return "it is no longer in the lake";
  return `its status in the registry is ${status}; running register_run_schema, then reconcile_register may fix that`;
}
