import { CheckFailedError } from "../cli/errors.ts";
import { referenceName, type TableDeclaration } from "../datasets/types.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import { datasetName, readDone } from "../lake/done.ts";
import type { Manifest } from "../lake/manifest.ts";
import type { DatasetMeasures } from "../lake/measures.ts";
import type { SessionLimits } from "../sql/duckdb/session.ts";
import { type AcceptedDrift, isAccepted } from "./accepted_drift.ts";
import { type CheckResult, notRun } from "./check.ts";
import { measuredBefore } from "./checked_before.ts";
import { type Baseline, driftBaseline } from "./drift_baseline.ts";
import {
  columnChecks,
  type DatasetCounts,
  type DriftLimits,
  driftChecks,
  referenceCheck,
} from "./drift_rules.ts";
import { expectedChecks, floorChecks } from "./floors.ts";
import { comparedDatasets, measureMonth } from "./month_measures.ts";

/** The limits and acceptances of one run of the drift gate. */
export interface DriftGateOptions extends DriftLimits, SessionLimits {
  accepted: AcceptedDrift;
}

/** Content of `_reports/drift_gate_<UTC>.json`, with values still as bigints. */
export interface DriftReport {
  run_id: string;
  /** The baseline; null when there is none and only the limits for any month were checked. */
  baseline: string | null;
  max_drop_pct: number;
  max_growth_pct: number;
  /** The parameter accept_drift, as text. */
  accept: string;
  /** Whether any drift may be accepted, even if only by name. */
  accept_drift: boolean;
  /** Names of the failed checks that were accepted. */
  accepted: string[];
  started: string;
  ended: string;
  /** Every check passed or was accepted. */
  passed: boolean;
  checks: CheckResult[];
  /** By dataset, the measures that later runs are compared with. */
  measures: Record<string, DatasetMeasures>;
}

type Month = ReadonlyMap<string, DatasetCounts & { measures: DatasetMeasures | undefined }>;

/**
 * Compares rows, anomalies, columns and references of a building run with the baseline or, without one, with limits
 * that hold for any month. The collection is left out, because it belongs to its owner and not to the month.
 * CheckFailedError when a dataset of the run is not done.
 */
export async function driftGate(
  lake: string,
  { runId, dir }: { runId: string; dir: string },
  options: DriftGateOptions,
): Promise<DriftReport> {
  const started = new Date().toISOString();
  const baseline = await driftBaseline(lake, runId);
  const datasets = await comparedIn(dir);
  const records = await recordedCounts(dir, datasets);
  const found = await measureMonth(dir, datasets, options, (dataset) => measuredBefore(dir, dataset));
  const now = monthOf(records, found.measures);
  const before = baseline === undefined ? undefined : await baselineMonth(baseline, options);
  const checks = [...found.unreadable].map(([name, why]) => notRun(`${name}.columns`, why));
  for (const name of now.keys()) checks.push(...datasetChecks(name, now, before, baseline, options));
  if (baseline !== undefined) checks.push(...notMadeChecks(now, before, baseline));
  const { accepted } = options;
  const failed = checks.filter(({ ok }) => !ok).map(({ name }) => name);
  const letPass = failed.filter((name) => isAccepted(accepted, name));
  return {
    run_id: runId,
    baseline: baseline?.manifest.run_id ?? null,
    max_drop_pct: options.maxDropPct,
    max_growth_pct: options.maxGrowthPct,
    accept: accepted === "all" ? "true" : accepted.join(",") || "false",
    accept_drift: accepted === "all" || accepted.length > 0,
    accepted: letPass,
    started,
    ended: new Date().toISOString(),
    passed: letPass.length === failed.length,
    checks,
    measures: Object.fromEntries(found.measures),
  };
}

/** The datasets that the gate compares between months. */
async function comparedIn(dir: string): Promise<TableDeclaration[]> {
  const has = new Set(await datasetsIn(dir));
  return comparedDatasets.filter((dataset) => has.has(dataset));
}

async function recordedCounts(
  dir: string,
  datasets: readonly TableDeclaration[],
): Promise<Map<string, DatasetCounts>> {
  const counts = new Map<string, DatasetCounts>();
  for (const { directory } of datasets) {
    const name = datasetName(directory);
    const record = await readDone(dir, name);
    if (record === undefined) {
      throw new CheckFailedError(`${dir} has no finished ${name}: run ingest and build first`);
    }
    counts.set(name, record);
  }
  return counts;
}

function monthOf(
  counts: ReadonlyMap<string, DatasetCounts>,
  measures: ReadonlyMap<string, DatasetMeasures>,
): Month {
  return new Map([...counts].map(([name, each]) => [name, { ...each, measures: measures.get(name) }]));
}

/**
 * The baseline as described by its manifest. Measures that an older manifest lacks are taken from the data, if it is
 * still in the lake.
 */
async function baselineMonth({ dir, manifest, hasData }: Baseline, limits: SessionLimits): Promise<Month> {
  const entries = comparedDatasets.flatMap(({ directory }) => {
    const entry = manifest.datasets[datasetName(directory)];
    return entry === undefined ? [] : [[datasetName(directory), entry] as const];
  });
  const isMeasured = entries.every(([, { measures }]) => measures !== undefined);
  if (isMeasured || !hasData) return monthOf(new Map(entries), measuresIn(entries));
  const known = measuresIn(entries);
  const { measures } = await measureMonth(
    dir,
    await comparedIn(dir),
    limits,
    async ({ directory }) => known.get(datasetName(directory))?.columns,
  );
  return monthOf(new Map(entries), measures);
}

function measuresIn(entries: readonly (readonly [string, Manifest["datasets"][string]])[]) {
  const found = new Map<string, DatasetMeasures>();
  for (const [name, { measures }] of entries) if (measures !== undefined) found.set(name, measures);
  return found;
}

function datasetChecks(
  name: string,
  now: Month,
  before: Month | undefined,
  baseline: Baseline | undefined,
  limits: DriftLimits,
): CheckResult[] {
  const dataset = now.get(name);
  if (dataset === undefined) return [];
  const { measures } = dataset;
  const expected = measures === undefined ? [] : expectedChecks(name, dataset.rows, measures);
  const earlier = before?.get(name);
  if (earlier === undefined) {
    const alone = measures === undefined ? [] : loneChecks(name, { ...dataset, measures }, now);
    const newcomer = baseline === undefined ? [] : [newDataset(name, dataset, baseline.manifest.run_id)];
    return [...newcomer, ...oncePerName(expected, alone)];
  }
  const compared = driftChecks(name, dataset, earlier, limits);
  if (measures === undefined) return compared;
  if (earlier.measures === undefined) return [...compared, ...expected];
  // A dataset that lost all its rows is one finding, not one per column.
  if (dataset.rows === 0) return oncePerName(expected, compared);
  for (const [column, found] of Object.entries(measures.columns)) {
    const old = earlier.measures.columns[column];
    if (old === undefined) continue;
    const [current, past] = [
      { measures: found, rows: dataset.rows },
      { measures: old, rows: earlier.rows },
    ];
    compared.push(...columnChecks(`${name}.${column}`, current, past));
  }
  for (const [column, found] of Object.entries(measures.references)) {
    const old = earlier.measures.references[column];
    if (old !== undefined) compared.push(referenceCheck(`${name}.${column}`, found, old));
  }
  return oncePerName(expected, compared);
}

function loneChecks(name: string, dataset: DatasetCounts & { measures: DatasetMeasures }, now: Month) {
  const declared = comparedDatasets.find(({ directory }) => datasetName(directory) === name);
  const targetOf = (column: string) => {
    const table = declared?.references?.find((each) => referenceName(each) === column)?.to.table;
    return datasetName(comparedDatasets.find((each) => each.table === table)?.directory ?? "");
  };
  return floorChecks(name, dataset, (other) => now.get(other)?.rows ?? 0, targetOf);
}

/** When two checks have the same name, and so look at the same thing, keeps the failed one, or else the later one. */
function oncePerName(first: readonly CheckResult[], second: readonly CheckResult[]): CheckResult[] {
  const failed = new Map(first.filter(({ ok }) => !ok).map((check) => [check.name, check]));
  const names = new Set(second.map(({ name }) => name));
  return [
    ...second.map((check) => (check.ok ? (failed.get(check.name) ?? check) : check)),
    ...first.filter(({ name }) => !names.has(name)),
  ];
}

/** Names datasets that the baseline has but this run was begun without: they did not shrink. */
function notMadeChecks(now: Month, before: Month | undefined, { manifest }: Baseline): CheckResult[] {
  const absent = [...(before ?? [])].filter(([name]) => !now.has(name));
  return absent.map(([name, { rows }]) => ({
    name: `${name}.rows`,
    severity: "INFO",
    ok: true,
    value: 0n,
    details: `not compared: this run was begun without it, run ${manifest.run_id} has ${rows} rows`,
  }));
}

function newDataset(name: string, { rows }: DatasetCounts, baseline: string): CheckResult {
  const details = `not compared: run ${baseline} does not have it`;
  return { name: `${name}.rows`, severity: "INFO", ok: true, value: BigInt(rows), details };
}
