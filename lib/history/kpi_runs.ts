import { ExpectedError } from "../cli/errors.ts";
import { schemaNameOf } from "../files/run_id.ts";
import { requireRunIdFor } from "../lake/likely_run.ts";
import { namedRun, readActive } from "../promotion/active.ts";
import type { HistoryContext } from "./history_schema.ts";
import { type RegisteredRun, registeredRuns } from "./registered_runs.ts";

/** Which runs KPIs are meant of. */
export interface RunSelection {
  /** This run alone; default: all that are complete. */
  onlyRunId: string | undefined;
  /** The active run as well. */
  includeActive: boolean;
}

/** Which KPIs are computed. */
export interface KpiSelection extends RunSelection {
  /** Also those that have been computed before. */
  recompute: boolean;
}

/** A run whose KPIs are computed, and its schema. */
export interface KpiRun {
  runId: string;
  schema: string;
}

/**
 * The runs to compute KPIs for: those whose latest status is `ok`, and with `includeActive` the active one when it is
 * complete too. ExpectedError says why the one run that was asked for is not among them.
 */
export async function kpiRuns(
  { lake, engine, log }: HistoryContext,
  { onlyRunId, includeActive }: RunSelection,
): Promise<KpiRun[]> {
  if (onlyRunId !== undefined) await requireRunIdFor(lake, onlyRunId);
  const active = namedRun(await readActive(lake));
  const registered = await registeredRuns(engine);
  const isMeant = ({ runId, status }: RegisteredRun) =>
    status === "ok" || (includeActive && runId === active && status === "skipped_active");
  const complete = registered.filter(isMeant).map(({ runId }) => runId);
  const meant = onlyRunId === undefined ? complete : complete.filter((runId) => runId === onlyRunId);
  if (onlyRunId !== undefined && meant.length === 0) throw notComplete(onlyRunId, registered);
  if (includeActive && active !== undefined && onlyRunId === undefined && !complete.includes(active)) {
    log.warn(`the active run ${active} is left out: ${stateOf(active, registered)}`);
  }
  return meant.map((runId) => ({ runId, schema: schemaNameOf(runId) }));
}

function notComplete(runId: string, registered: readonly RegisteredRun[]): ExpectedError {
  return new ExpectedError(`no KPIs can be computed for run ${runId}: ${stateOf(runId, registered)}`);
}

function stateOf(runId: string, registered: readonly RegisteredRun[]): string {
  const status = registered.find((run) => run.runId === runId)?.status;
  if (status === undefined) return "the registry does not know it, reconcile_register adds it";
  if (status === "skipped_active")
    return "it is skipped_active in the registry (include_active=true takes the active run)";
  if (status === "archived")
    return `it is archived; scripts/archive_run.ts ${runId} --restore brings it back`;
  if (status === "missing") return "it is not in the lake any more";
  return `its status in the registry is ${status}; register_run_schema, then reconcile_register may mend that`;
}
