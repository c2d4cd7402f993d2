import { rowObjects, type SqlEngine } from "../sql/engine.ts";
import { type EventTable, historyName, schemaVersionOf } from "./event_tables.ts";
import { type KpiResult, NOT_APPLICABLE } from "./run_kpis.ts";

/** What is recorded of the KPIs of a run, by name. */
export type RecordedKpis = ReadonlyMap<string, KpiResult>;

/**
 * What a table of KPI events has of each run, by run id: the last `ok` value of each KPI, or that the run can't have it.
 * Only events of the table's present `schema_version` count, whichever engine computed them. Called within `inHistory`.
 */
export async function recordedKpis(engine: SqlEngine, table: EventTable): Promise<Map<string, RecordedKpis>> {
  // The last row of a KPI counts, and failed_query comes before ok.
  const result = await engine.query(
    `SELECT run_id, kpi_name, kpi_value, status, details FROM ${historyName(table.name)} ` +
      `WHERE schema_version = ${schemaVersionOf(table)} AND (status = 'ok' OR details LIKE '${NOT_APPLICABLE}%') ` +
      "ORDER BY run_id, kpi_name, status, event_ts_utc",
  );
  const recorded = new Map<string, Map<string, KpiResult>>();
  for (const { run_id, kpi_name, kpi_value, status, details } of rowObjects(result)) {
    const runId = String(run_id);
    const kpis = recorded.get(runId) ?? new Map<string, KpiResult>();
    kpis.set(String(kpi_name), {
      name: String(kpi_name),
      value: typeof kpi_value === "bigint" ? kpi_value : null,
      status: status === "ok" ? "ok" : "failed_query",
      details: typeof details === "string" ? details : null,
    });
    recorded.set(runId, kpis);
  }
  return recorded;
}

/** The names of the rankings that have an `ok` event of the table's present `schema_version`, by run id. */
export async function recordedRankings(
  engine: SqlEngine,
  table: EventTable,
): Promise<Map<string, ReadonlySet<string>>> {
  const { rows } = await engine.query(
    `SELECT DISTINCT run_id, kpi_name FROM ${historyName(table.name)} ` +
      `WHERE schema_version = ${schemaVersionOf(table)} AND status = 'ok'`,
  );
  const recorded = new Map<string, Set<string>>();
  for (const [runId, kpiName] of rows.map((row) => row.map(String))) {
    if (runId === undefined || kpiName === undefined) continue;
    recorded.set(runId, (recorded.get(runId) ?? new Set()).add(kpiName));
  }
  return recorded;
}
