import type { TableDeclaration } from "../datasets/types.ts";
import type { SqlEngine, SqlValue } from "../sql/engine.ts";
import { notMade } from "../sql/reads.ts";
import { basisPoints, type DerivedKpi, type KpiQuery, type KpiSet } from "./kpis.ts";
import { type Outcome, queryRun } from "./query_run.ts";

/** Whether a KPI was computed. */
export type KpiStatus = "ok" | "failed_query";

/** A KPI of a run: its value, or why there is none. */
export interface KpiResult {
  name: string;
  value: bigint | null;
  status: KpiStatus;
  details: string | null;
}

/** Prefix of the details of a KPI that a run can't have; `sql/history/failed_kpis.sql` relies on it. */
export const NOT_APPLICABLE = "not applicable: ";

/** A run whose KPIs are computed. */
export interface MeasuredRun {
  schema: string;
  /** Its datasets; undefined if unknown, so that queries on missing ones fail. */
  has: readonly TableDeclaration[] | undefined;
}

/**
 * Computes the KPIs of a set that are not settled, with one statement per table. A failure does not stop the rest; a KPI of an
 * optional dataset that this run does not have is not queried. `settled` holds the KPIs computed earlier, by name; KPIs are also
 * derived from these.
 */
export async function computeRunKpis(
  engine: SqlEngine,
  run: MeasuredRun,
  set: KpiSet,
  settled: ReadonlyMap<string, KpiResult> = new Map(),
): Promise<KpiResult[]> {
  const isMissing = (name: string) => !settled.has(name);
  const queries = set.counted.filter(({ kpis }) => kpis.some(isMissing));
  const counted = (await countKpis(engine, run, queries)).filter(({ name }) => isMissing(name));
  const inputs = new Map([...settled, ...byName(counted)]);
  const missing = set.derived.filter(({ name }) => isMissing(name));
  if (missing.some(({ numerator }) => !isNotApplicable(inputs.get(numerator)))) {
    for (const [name, kpi] of byName(await countKpis(engine, run, set.borrowed))) inputs.set(name, kpi);
  }
  return [...counted, ...missing.map((kpi) => derived(kpi, inputs))];
}

const byName = (kpis: readonly KpiResult[]) => kpis.map((kpi) => [kpi.name, kpi] as const);

/** Names of the KPIs of a set that a run with these datasets can have: all where it is not known which it has. */
export function applicableKpis(set: KpiSet, has: MeasuredRun["has"]): Set<string> {
  const queries = [...set.counted, ...set.borrowed];
  const asked =
    has === undefined ? queries : queries.filter(({ query }) => notMade(query.sql, has).length === 0);
  const counted = new Set(asked.flatMap(({ kpis }) => kpis));
  const derivable = set.derived.filter((kpi) => counted.has(kpi.numerator) && counted.has(kpi.denominator));
  return new Set([...counted, ...derivable.map(({ name }) => name)]);
}

async function countKpis(
  engine: SqlEngine,
  { schema, has }: MeasuredRun,
  queries: readonly KpiQuery[],
): Promise<KpiResult[]> {
  const counted: KpiResult[] = [];
  for (const { query, kpis } of queries) {
    const absent = has === undefined ? [] : notMade(query.sql, has);
    const outcome =
      absent.length > 0
        ? { failure: `${NOT_APPLICABLE}the run does not have ${absent.join(", ")}` }
        : await queryRun(engine, schema, query);
    counted.push(...countedKpis(kpis, outcome));
  }
  return counted;
}

function countedKpis(kpis: readonly string[], outcome: Outcome): KpiResult[] {
  if ("failure" in outcome) return kpis.map((name) => failed(name, outcome.failure));
  const [row] = outcome.rows;
  return kpis.map((name) => counted(name, row?.[name]));
}

function counted(name: string, value: SqlValue | undefined): KpiResult {
  if (typeof value === "bigint") return { name, value, status: "ok", details: null };
  return failed(name, `its query returned ${String(value)}, not a BIGINT`);
}

function derived(kpi: DerivedKpi, inputs: ReadonlyMap<string, KpiResult>): KpiResult {
  const { name, numerator, denominator } = kpi;
  const [above, below] = [inputs.get(numerator), inputs.get(denominator)];
  if (typeof above?.value === "bigint" && typeof below?.value === "bigint") {
    return { name, value: basisPoints(above.value, below.value), status: "ok", details: null };
  }
  const without = [above, below].find(isNotApplicable);
  if (without !== undefined) return failed(name, without.details ?? "");
  const lacking = [numerator, denominator].filter((input) => typeof inputs.get(input)?.value !== "bigint");
  return failed(name, `failed: ${lacking.join(", ")}`);
}

/** Whether the value is missing because the run does not have the dataset. */
export function isNotApplicable(kpi: { status: string; details: string | null } | undefined): boolean {
  return kpi?.status === "failed_query" && kpi.details?.startsWith(NOT_APPLICABLE) === true;
}

function failed(name: string, details: string): KpiResult {
  return { name, value: null, status: "failed_query", details };
}
