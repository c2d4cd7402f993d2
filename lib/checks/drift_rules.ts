import { type CheckResult, countCheck } from "./check.ts";

/** What is compared of a dataset: its rows, and its dropped, skipped and remarkable rows by reason. */
export interface DatasetCounts {
  rows: number;
  counts: Readonly<Record<string, number>>;
}

export interface DriftLimits {
  /** Percent of the baseline's rows by which a dataset may shrink. */
  maxDropPct: number;
  /** Percent of the baseline's rows by which it may grow. */
  maxGrowthPct: number;
}

/** An anomaly may always rise by so many rows. */
const FREE_RISE = 100;
/** The rate of an anomaly may become so many times the baseline's. */
const RATE_FACTOR = 2;

/**
 * Compares a dataset with the baseline's (the data contract, Drift gate): one check for its rows, and one for each
 * anomaly of either. A value exactly at a limit is ok.
 */
export function driftChecks(
  dataset: string,
  now: DatasetCounts,
  baseline: DatasetCounts,
  limits: DriftLimits,
): CheckResult[] {
  const reasons = [...new Set([...Object.keys(baseline.counts), ...Object.keys(now.counts)])].sort();
  return [
    rowsCheck(`${dataset}.rows`, now.rows, baseline.rows, limits),
    ...reasons.map((reason) => anomalyCheck(dataset, reason, now, baseline)),
  ];
}

function rowsCheck(name: string, now: number, before: number, limits: DriftLimits): CheckResult {
  const shrank = (before - now) * 100 > limits.maxDropPct * before;
  const grew = (now - before) * 100 > limits.maxGrowthPct * before;
  const verb = now < before ? "shrank" : "grew";
  const change = now === before ? "as many rows" : `${verb} from ${before} rows${percentText(now, before)}`;
  const details = `${change}, allowed are -${limits.maxDropPct} % to +${limits.maxGrowthPct} %`;
  return { name, severity: "CRITICAL", ok: !shrank && !grew, value: BigInt(now), details };
}

function anomalyCheck(
  dataset: string,
  reason: string,
  now: DatasetCounts,
  baseline: DatasetCounts,
): CheckResult {
  const after = { count: now.counts[reason] ?? 0, rows: now.rows };
  const before = { count: baseline.counts[reason] ?? 0, rows: baseline.rows };
  const drifted = after.count - before.count > FREE_RISE && isRateAbove(after, before);
  const details = `${after.count} in ${after.rows} rows, before ${before.count} in ${before.rows}`;
  const check = countCheck(`${dataset}.${reason}`, "CRITICAL", BigInt(after.count), details);
  return { ...check, ok: !drifted };
}

interface Rate {
  count: number;
  rows: number;
}

/** Whether the rate is more than {@link RATE_FACTOR} times the other, without rounding. */
function isRateAbove(after: Rate, before: Rate): boolean {
  if (before.count === 0) return after.count > 0;
  return BigInt(after.count) * BigInt(before.rows) > BigInt(RATE_FACTOR * before.count) * BigInt(after.rows);
}

function percentText(now: number, before: number): string {
  return before === 0 ? "" : ` by ${((Math.abs(now - before) * 100) / before).toFixed(2)} %`;
}
