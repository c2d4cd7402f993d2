import type { ComputedKpis } from "./compute_kpis.ts";
import { kpiV2SnapshotEvents } from "./event_tables.ts";
import { appendEvents, type HistoryContext, inHistory } from "./history_schema.ts";
import { type KpiRun, type KpiSelection, kpiRuns } from "./kpi_runs.ts";
import { rankings } from "./kpis_v2.ts";
import { recordedRankings } from "./recorded_kpis.ts";
import { computeRunRankings, type RankedItem } from "./run_rankings.ts";

/** The rankings of one run that have been computed. */
export interface RunRankings extends KpiRun {
  items: RankedItem[];
  /** How many more were computed earlier and stay unchanged. */
  kept: number;
}

/** Like `computeKpis`, for the rankings of KPI set v2 and their own event table. */
export async function computeKpisV2(
  context: HistoryContext,
  selection: KpiSelection,
): Promise<ComputedKpis<RunRankings>> {
  const { engine, log } = context;
  return inHistory(context, "computing KPIs v2", async () => {
    const computed: ComputedKpis<RunRankings> = { runs: [], unchanged: [] };
    const runs = await kpiRuns(context, selection);
    const recorded = selection.recompute ? undefined : await recordedRankings(engine, kpiV2SnapshotEvents);
    for (const run of runs) {
      const missing = rankings.filter((name) => recorded?.get(run.runId)?.has(name) !== true);
      if (missing.length === 0) {
        computed.unchanged.push(run.runId);
        continue;
      }
      log.progress(`computing the rankings of run ${run.runId}`);
      const items = await computeRunRankings(engine, run.schema, missing);
      computed.runs.push({ ...run, items, kept: rankings.length - missing.length });
    }
    await appendEvents(engine, kpiV2SnapshotEvents, computed.runs.map(rankingEvents));
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
