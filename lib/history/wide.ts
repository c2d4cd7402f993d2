import { type QueryResult, rowObjects, type SqlValue } from "../sql/engine.ts";

type LongRow = Record<string, SqlValue>;

/**
 * Pivots the long result to one row per run: run_id, schema_name, the run's latest event_ts_utc, then the named KPIs, NULL where
 * a KPI has no value. Runs keep their order.
 */
export function wideResult(long: QueryResult, kpiNames: readonly string[]): QueryResult {
  const byRun = new Map<string, LongRow[]>();
  for (const row of rowObjects(long)) {
    const runId = String(row.run_id);
    byRun.set(runId, [...(byRun.get(runId) ?? []), row]);
  }
  return {
    columns: [
      { name: "run_id", type: "VARCHAR" },
      { name: "schema_name", type: "VARCHAR" },
      { name: "event_ts_utc", type: "TIMESTAMP(3)" },
      ...kpiNames.map((name) => ({ name, type: "BIGINT" })),
    ],
    rows: [...byRun].map(([runId, rows]) => wideRow(runId, rows, kpiNames)),
  };
}

function wideRow(runId: string, rows: readonly LongRow[], kpiNames: readonly string[]): SqlValue[] {
  const newest = rows.reduce((last, row) => (timeOf(row) > timeOf(last) ? row : last));
  const values = new Map(rows.map(({ kpi_name, kpi_value = null }) => [String(kpi_name), kpi_value]));
  return [
    runId,
    newest.schema_name ?? null,
    newest.event_ts_utc ?? null,
    ...kpiNames.map((name) => values.get(name) ?? null),
  ];
}

function timeOf({ event_ts_utc }: LongRow): number {
  return event_ts_utc instanceof Date ? event_ts_utc.getTime() : 0;
}
