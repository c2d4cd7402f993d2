import { kpiSnapshotEvents } from "./event_tables.ts";
import { appendEvents, type HistoryContext, inHistory } from "./history_schema.ts";
import { type KpiRun, type KpiSelection, kpiRuns } from "./kpi_runs.ts";
import { computeRunKpis, type KpiResult } from "./run_kpis.ts";

/** The KPIs of one run. */
export interface RunKpis extends KpiRun {
  kpis: KpiResult[];
}

/**
 * Computes all KPIs of the selected runs and appends them to the snapshots, the failed ones too, in one batch. When
 * the engine goes away in the middle nothing is appended.
 */
export async function computeKpis(context: HistoryContext, selection: KpiSelection): Promise<RunKpis[]> {
  return inHistory(context, "computing KPIs", async () => {
    const computed: RunKpis[] = [];
    for (const run of await kpiRuns(context, selection)) {
      context.log.progress(`computing the KPIs of run ${run.runId}`);
      computed.push({ ...run, kpis: await computeRunKpis(context.engine, run.schema) });
    }
    await appendEvents(context.engine, kpiSnapshotEvents, computed.map(kpiEvents));
    return computed;
  });
}

function kpiEvents({ runId, schema, kpis }: RunKpis) {
  return kpis.map(({ name, value, status, details }) => ({
    run_id: runId,
    schema_name: schema,
    kpi_name: name,
    kpi_value: value,
    status,
    details,
  }));
}
