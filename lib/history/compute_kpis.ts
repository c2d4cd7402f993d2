import { ExpectedError } from "../cli/errors.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { sealedDir } from "../files/paths.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import { type EventTable, kpiSnapshotEvents, kpiV3SnapshotEvents } from "./event_tables.ts";
import { appendEvents, type HistoryContext, inHistory } from "./history_schema.ts";
import { type KpiRun, type KpiSelection, kpiRuns } from "./kpi_runs.ts";
import { type KpiSet, kpisV1 } from "./kpis.ts";
import { kpisV3 } from "./kpis_v3.ts";
import { computeRunKpis, type KpiResult } from "./run_kpis.ts";

/** The KPIs of one run. */
export interface RunKpis extends KpiRun {
  kpis: KpiResult[];
}

/**
 * Computes all KPIs of the selected runs and appends them to the snapshots in one batch, failed ones included. Appends nothing
 * if the engine becomes unavailable halfway.
 */
export async function computeKpis(context: HistoryContext, selection: KpiSelection): Promise<RunKpis[]> {
  return computeSet(context, selection, { what: "KPIs", set: kpisV1, table: kpiSnapshotEvents });
}

/** Like {@link computeKpis}, for KPI set v3 and its own event table. */
export async function computeKpisV3(context: HistoryContext, selection: KpiSelection): Promise<RunKpis[]> {
  return computeSet(context, selection, { what: "KPIs v3", set: kpisV3, table: kpiV3SnapshotEvents });
}

async function computeSet(
  context: HistoryContext,
  selection: KpiSelection,
  { what, set, table }: { what: string; set: KpiSet; table: EventTable },
): Promise<RunKpis[]> {
  const { lake, engine, log } = context;
  return inHistory(context, `computing ${what}`, async () => {
    const computed: RunKpis[] = [];
    for (const run of await kpiRuns(context, selection)) {
      log.progress(`computing the ${what} of run ${run.runId}`);
      const has = await datasetsOrUnknown(sealedDir(lake, run.runId));
      computed.push({ ...run, kpis: await computeRunKpis(engine, { ...run, has }, set) });
    }
    await appendEvents(engine, table, computed.map(kpiEvents));
    return computed;
  });
}

/** Undefined when the manifest can no longer be read, which reconciling reports. */
async function datasetsOrUnknown(dir: string): Promise<TableDeclaration[] | undefined> {
  try {
    return await datasetsIn(dir);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return undefined;
  }
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
