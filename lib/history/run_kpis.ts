import type { SqlEngine, SqlValue } from "../sql/engine.ts";
import { basisPoints, type DerivedKpi, derivedKpis, type KpiQuery, kpiQueries } from "./kpis.ts";
import { type Outcome, queryRun } from "./query_run.ts";

export type KpiStatus = "ok" | "failed_query";

/** A KPI of a run: its value, or why there is none. */
export interface KpiResult {
  name: string;
  value: bigint | null;
  status: KpiStatus;
  details: string | null;
}

/** Computes every KPI of the run with this schema: one statement for each table. A failed one does not stop the rest. */
export async function computeRunKpis(engine: SqlEngine, schema: string): Promise<KpiResult[]> {
  const counted: KpiResult[] = [];
  for (const query of kpiQueries) {
    counted.push(...countedKpis(query, await queryRun(engine, schema, query.file)));
  }
  const values = new Map(counted.map(({ name, value }) => [name, value]));
  return [...counted, ...derivedKpis.map((kpi) => derived(kpi, values))];
}

function countedKpis({ file, kpis }: KpiQuery, outcome: Outcome): KpiResult[] {
  if ("failure" in outcome) return kpis.map((name) => failed(name, outcome.failure));
  const [row] = outcome.rows;
  return kpis.map((name) => counted(name, row?.[name], file));
}

function counted(name: string, value: SqlValue | undefined, file: string): KpiResult {
  if (typeof value === "bigint") return { name, value, status: "ok", details: null };
  return failed(name, `sql/${file} gives ${String(value)} for it, which is no BIGINT`);
}

function derived(kpi: DerivedKpi, values: ReadonlyMap<string, bigint | null>): KpiResult {
  const { name, numerator, denominator } = kpi;
  const [above, below] = [values.get(numerator) ?? null, values.get(denominator) ?? null];
  if (above !== null && below !== null) {
    return { name, value: basisPoints(above, below), status: "ok", details: null };
  }
  const inputs = [numerator, denominator].filter((input) => (values.get(input) ?? null) === null);
  return failed(name, `failed: ${inputs.join(", ")}`);
}

function failed(name: string, details: string): KpiResult {
  return { name, value: null, status: "failed_query", details };
}
