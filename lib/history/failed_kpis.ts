import { rowObjects, type SqlEngine, type SqlValue } from "../sql/engine.ts";
import { readSql } from "../sql/sql_files.ts";
import { type HistoryContext, readingHistory } from "./history_schema.ts";
import { type KpiRun, kpiRuns, type RunSelection } from "./kpi_runs.ts";

const FILE = "history/failed_kpis.sql";

/** A KPI of any set whose last computation failed. */
export interface FailedKpi {
  runId: string;
  name: string;
  details: string;
  /** When its current value was computed; undefined if it has none. */
  valueFrom: Date | undefined;
}

/** The KPIs of complete runs whose last computation failed, ordered by run and name. Called within {@link readingHistory}. */
export async function failedKpis(engine: SqlEngine): Promise<FailedKpi[]> {
  return rowObjects(await engine.query(readSql(FILE), { file: `sql/${FILE}` })).map(toFailedKpi);
}

/** The failed KPIs of the selected runs, and the runs themselves. */
export async function failedKpisOf(
  context: HistoryContext,
  selection: RunSelection,
): Promise<{ runs: KpiRun[]; failed: FailedKpi[] }> {
  return readingHistory(context, "looking for failed KPIs", async () => {
    const runs = await kpiRuns(context, selection);
    const selected = new Set(runs.map(({ runId }) => runId));
    const failed = await failedKpis(context.engine);
    return { runs, failed: failed.filter(({ runId }) => selected.has(runId)) };
  });
}

function toFailedKpi({ run_id, kpi_name, details, value_from }: Record<string, SqlValue>): FailedKpi {
  return {
    runId: String(run_id),
    name: String(kpi_name),
    details: String(details),
    valueFrom: value_from instanceof Date ? value_from : undefined,
  };
}
