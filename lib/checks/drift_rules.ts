import { decimalText } from "../cli/amounts.ts";
import type { ColumnMeasures, ReferenceMeasures } from "../lake/measures.ts";
import { type CheckResult, countCheck } from "./check.ts";

/** What is compared of a dataset: its rows, and its dropped, skipped and otherwise noteworthy rows by reason. */
export interface DatasetCounts {
  rows: number;
  counts: Readonly<Record<string, number>>;
}

/** By how much the rows of a dataset may change between two months. */
export interface DriftLimits {
  /** Percentage of the baseline's rows that a dataset may lose. */
  maxDropPct: number;
  /** Percentage of the baseline's rows that a dataset may gain. */
  maxGrowthPct: number;
}

/** An anomaly count may always rise by this number of rows. */
const FREE_RISE = 100;
/** The rate of an anomaly may rise to this multiple of the baseline's rate. */
const RATE_FACTOR = 2;
/** A column filled at least this much in the baseline may not fall below half of its fill rate. */
const FILLED_PCT = 1;
/** Both months need this many values before their distributions are compared. */
const ENOUGH_VALUES = 100;
/** The distinct share and the mean text length may change by at most this factor, up or down. */
const LIKENESS_FACTOR = 2;
/** A smaller change in the number of distinct values is noise. */
const FREE_DISTINCT = 20;

/**
 * Compares a dataset with the baseline (the data contract, Drift gate): one check for its rows, and one for each
 * anomaly in either. A value exactly at a limit passes.
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
    ...reasons.map((reason) =>
      anomalyCheck(
        `${dataset}.${reason}`,
        { count: now.counts[reason] ?? 0, of: now.rows },
        { count: baseline.counts[reason] ?? 0, of: baseline.rows },
        "rows",
      ),
    ),
  ];
}

/** A column in one of the two months. */
export interface ColumnOfMonth {
  measures: ColumnMeasures;
  rows: number;
}

/**
 * Compares a column with the baseline (the data contract, Filled columns): `<column>` is the fill rate, `.distinct`
 * the share of distinct values, `.length` the mean length of texts, `.garbled` the number of wrongly decoded texts.
 */
export function columnChecks(name: string, now: ColumnOfMonth, before: ColumnOfMonth): CheckResult[] {
  const checks = [filledCheck(name, now, before)];
  const [after, earlier] = [now.measures, before.measures];
  const enough = after.filled >= ENOUGH_VALUES && earlier.filled >= ENOUGH_VALUES;
  if (after.distinct !== undefined && earlier.distinct !== undefined) {
    const changed = Math.abs(after.distinct - earlier.distinct) > FREE_DISTINCT;
    const unlike = enough && changed && isUnlike(share(after, "distinct"), share(earlier, "distinct"));
    checks.push(
      likenessCheck(`${name}.distinct`, unlike, "different values or so", after, earlier, "distinct"),
    );
  }
  if (after.bytes !== undefined && earlier.bytes !== undefined) {
    const unlike = enough && isUnlike(share(after, "bytes"), share(earlier, "bytes"));
    checks.push(likenessCheck(`${name}.length`, unlike, "bytes", after, earlier, "bytes"));
  }
  if (after.garbled !== undefined && earlier.garbled !== undefined) {
    const [current, old] = [after, earlier].map(({ garbled = 0, filled }) => ({
      count: garbled,
      of: filled,
    }));
    checks.push(anomalyCheck(`${name}.garbled`, current as Rate, old as Rate, "texts"));
  }
  return checks;
}

/** Compares the number of orphans among a column's references. */
export function referenceCheck(name: string, now: ReferenceMeasures, before: ReferenceMeasures): CheckResult {
  const rate = ({ orphans, references }: ReferenceMeasures) => ({ count: orphans, of: references });
  return anomalyCheck(`${name}.orphans`, rate(now), rate(before), "references");
}

function rowsCheck(name: string, now: number, before: number, limits: DriftLimits): CheckResult {
  const shrank = (before - now) * 100 > limits.maxDropPct * before;
  const grew = (now - before) * 100 > limits.maxGrowthPct * before;
  const verb = now < before ? "shrank" : "grew";
  const change = now === before ? "as many rows" : `${verb} from ${before} rows${percentText(now, before)}`;
  const details = `${change}; allowed: -${limits.maxDropPct} % to +${limits.maxGrowthPct} %`;
  return { name, severity: "CRITICAL", ok: !shrank && !grew, value: BigInt(now), details };
}

function filledCheck(name: string, now: ColumnOfMonth, before: ColumnOfMonth): CheckResult {
  const [filled, earlier] = [BigInt(now.measures.filled), BigInt(before.measures.filled)];
  const [rows, rowsBefore] = [BigInt(now.rows), BigInt(before.rows)];
  const isEmpty = filled === 0n && earlier > 0n;
  const wasFilled = earlier * 100n >= BigInt(FILLED_PCT) * rowsBefore && earlier > 0n;
  // filled / rows < (earlier / rowsBefore) / 2, in integers.
  const fell = wasFilled && filled * 2n * rowsBefore < earlier * rows;
  const details = `filled in ${filled} of ${rows} rows; baseline: ${earlier} of ${rowsBefore}`;
  return { name, severity: "CRITICAL", ok: !isEmpty && !fell, value: filled, details };
}

function likenessCheck(
  name: string,
  unlike: boolean,
  what: string,
  now: ColumnMeasures,
  before: ColumnMeasures,
  measure: "distinct" | "bytes",
): CheckResult {
  const [value, earlier] = [now[measure] ?? 0, before[measure] ?? 0];
  const details = `${value} ${what} in ${now.filled} values; baseline: ${earlier} in ${before.filled}`;
  return { name, severity: "CRITICAL", ok: !unlike, value: BigInt(value), details };
}

function share(column: ColumnMeasures, measure: "distinct" | "bytes"): number {
  return (column[measure] ?? 0) / column.filled;
}

function isUnlike(now: number, before: number): boolean {
  return now > LIKENESS_FACTOR * before || now * LIKENESS_FACTOR < before;
}

/** A number of anomalies and the number of rows or values they were counted in. */
export interface Rate {
  count: number;
  of: number;
}

function anomalyCheck(name: string, now: Rate, before: Rate, what: string): CheckResult {
  const drifted = now.count - before.count > FREE_RISE && isRateAbove(now, before);
  const details = `${now.count} in ${now.of} ${what}; baseline: ${before.count} in ${before.of}`;
  const check = countCheck(name, "CRITICAL", BigInt(now.count), details);
  return { ...check, ok: !drifted };
}

/**
 * The largest number of anomalies that is accepted, given the baseline's rate; undefined when any number is, because
 * the baseline had anomalies but no rows.
 */
export function highestAccepted(before: Rate, of: number): number | undefined {
  if (before.of === 0 && before.count > 0) return undefined;
  const byRate = before.of === 0 ? 0 : Math.floor((RATE_FACTOR * before.count * of) / before.of);
  return Math.max(before.count + FREE_RISE, byRate);
}

/** Whether a rate is more than {@link RATE_FACTOR} times another, in integers. */
function isRateAbove(now: Rate, before: Rate): boolean {
  if (before.count === 0) return now.count > 0;
  return BigInt(now.count) * BigInt(before.of) > BigInt(RATE_FACTOR * before.count) * BigInt(now.of);
}

function percentText(now: number, before: number): string {
  return before === 0 ? "" : ` by ${decimalText((Math.abs(now - before) * 100) / before, 2)} %`;
}
