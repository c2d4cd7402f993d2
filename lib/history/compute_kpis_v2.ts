import { kpiV2SnapshotEvents } from "./event_tables.ts";
import { appendEvents, type HistoryContext, inHistory } from "./history_schema.ts";
import { type KpiRun, type KpiSelection, kpiRuns } from "./kpi_runs.ts";
import { computeRunRankings, type RankedItem } from "./run_rankings.ts";

/** The rankings of one run. */
export interface RunRankings extends KpiRun {
  items: RankedItem[];
}

/** Like `computeKpis`, for the rankings of KPI set v2 and their own event table. */
export async function computeKpisV2(
  context: HistoryContext,
  selection: KpiSelection,
): Promise<RunRankings[]> {
  return inHistory(context, "computing KPIs v2", async () => {
    const computed: RunRankings[] = [];
    for (const run of await kpiRuns(context, selection)) {
      context.log.progress(`computing the rankings of run ${run.runId}`);
      computed.push({ ...run, items: await computeRunRankings(context.engine, run.schema) });
    }
    await appendEvents(context.engine, kpiV2SnapshotEvents, computed.map(rankingEvents));
    return computed;
  });
}

function rankingEvents({ runId, schema, items }: RunRankings) {
  return items.map(({ name, place, item, nReleases, shareBp, status, details }) => ({
    run_id: runId,
    schema_name: schema,
    kpi_name: name,
    place,
    item,
    n_releases: nReleases,
    share_bp: shareBp,
    status,
    details,
  }));
}
