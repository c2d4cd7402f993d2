import { CheckFailedError } from "../cli/errors.ts";
import { canonicalDatasets, warehouseDatasets } from "../datasets/index.ts";
import { datasetName, readDone } from "../lake/done.ts";
import type { Manifest } from "../lake/manifest.ts";
import type { CheckResult } from "./check.ts";
import { driftBaseline } from "./drift_baseline.ts";
import { type DatasetCounts, type DriftLimits, driftChecks } from "./drift_rules.ts";

export interface DriftGateOptions extends DriftLimits {
  /** Let the run pass whatever has drifted. */
  acceptDrift: boolean;
}

/** `_reports/drift_gate_<UTC>.json`, but for the values being bigints. */
export interface DriftReport {
  run_id: string;
  /** The run that it was compared with; null when there is none and nothing was compared. */
  baseline: string | null;
  max_drop_pct: number;
  max_growth_pct: number;
  accept_drift: boolean;
  started: string;
  ended: string;
  /** No check failed, or the drift is accepted. */
  passed: boolean;
  checks: CheckResult[];
}

/**
 * Compares the rows and anomalies of a building run, as its records say, with those of the baseline's manifest. The
 * collection is left out: it is its owner's. CheckFailedError when a dataset of the run is not done.
 */
export async function driftGate(
  lake: string,
  { runId, dir }: { runId: string; dir: string },
  options: DriftGateOptions,
): Promise<DriftReport> {
  const started = new Date().toISOString();
  const baseline = await driftBaseline(lake, runId);
  const checks = baseline === undefined ? [] : await compared(dir, baseline, options);
  return {
    run_id: runId,
    baseline: baseline?.run_id ?? null,
    max_drop_pct: options.maxDropPct,
    max_growth_pct: options.maxGrowthPct,
    accept_drift: options.acceptDrift,
    started,
    ended: new Date().toISOString(),
    passed: options.acceptDrift || checks.every(({ ok }) => ok),
    checks,
  };
}

async function compared(dir: string, baseline: Manifest, limits: DriftLimits): Promise<CheckResult[]> {
  const checks: CheckResult[] = [];
  for (const { directory } of [...canonicalDatasets, ...warehouseDatasets]) {
    const name = datasetName(directory);
    const before = baseline.datasets[name];
    const now = await countsOf(dir, name);
    if (before === undefined) checks.push(newDataset(name, now, baseline.run_id));
    else checks.push(...driftChecks(name, now, before, limits));
  }
  return checks;
}

async function countsOf(dir: string, name: string): Promise<DatasetCounts> {
  const record = await readDone(dir, name);
  if (record !== undefined) return record;
  throw new CheckFailedError(`${dir} has no finished ${name}: run ingest and build first`);
}

function newDataset(name: string, { rows }: DatasetCounts, baseline: string): CheckResult {
  const details = `not compared: run ${baseline} does not have it`;
  return { name: `${name}.rows`, severity: "INFO", ok: true, value: BigInt(rows), details };
}
