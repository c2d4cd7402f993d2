import type { ColumnMeasures, ReferenceMeasures } from "../lake/measures.ts";
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
/** A column whose filled share was at least this may not fall below half of it. */
const FILLED_PCT = 1;
/** So many values of both months are needed for a comparison of what they are like. */
const ENOUGH_VALUES = 100;
/** The share of different values, and the length of texts, may become so many times the baseline's, or that part. */
const LIKENESS_FACTOR = 2;
/** As many more or fewer different values are no sign of anything. */
const FREE_DISTINCT = 20;

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

/** A column of one of two months. */
export interface ColumnOfMonth {
  measures: ColumnMeasures;
  rows: number;
}

/**
 * Compares a column with the baseline's (the data contract, Filled columns): `<column>` for the share of rows in
 * which it is filled, `.distinct` for the share of different values, `.length` for the texts' mean length, `.garbled`
 * for texts whose encoding is broken.
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

/** Compares the orphans among the references of a column. */
export function referenceCheck(name: string, now: ReferenceMeasures, before: ReferenceMeasures): CheckResult {
  const rate = ({ orphans, references }: ReferenceMeasures) => ({ count: orphans, of: references });
  return anomalyCheck(`${name}.orphans`, rate(now), rate(before), "references");
}

function rowsCheck(name: string, now: number, before: number, limits: DriftLimits): CheckResult {
  const shrank = (before - now) * 100 > limits.maxDropPct * before;
  const grew = (now - before) * 100 > limits.maxGrowthPct * before;
  const verb = now < before ? "shrank" : "grew";
  const change = now === before ? "as many rows" : `${verb} from ${before} rows${percentText(now, before)}`;
  const details = `${change}, allowed are -${limits.maxDropPct} % to +${limits.maxGrowthPct} %`;
  return { name, severity: "CRITICAL", ok: !shrank && !grew, value: BigInt(now), details };
}

function filledCheck(name: string, now: ColumnOfMonth, before: ColumnOfMonth): CheckResult {
  const [filled, earlier] = [BigInt(now.measures.filled), BigInt(before.measures.filled)];
  const [rows, rowsBefore] = [BigInt(now.rows), BigInt(before.rows)];
  const isEmpty = filled === 0n && earlier > 0n;
  const wasFilled = earlier * 100n >= BigInt(FILLED_PCT) * rowsBefore && earlier > 0n;
  // filled / rows < (earlier / rowsBefore) / 2, without rounding.
  const fell = wasFilled && filled * 2n * rowsBefore < earlier * rows;
  const details = `filled in ${filled} of ${rows} rows, before in ${earlier} of ${rowsBefore}`;
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
  const details = `${value} ${what} in ${now.filled} values, before ${earlier} in ${before.filled}`;
  return { name, severity: "CRITICAL", ok: !unlike, value: BigInt(value), details };
}

function share(column: ColumnMeasures, measure: "distinct" | "bytes"): number {
  return (column[measure] ?? 0) / column.filled;
}

function isUnlike(now: number, before: number): boolean {
  return now > LIKENESS_FACTOR * before || now * LIKENESS_FACTOR < before;
}

/** How many of how many are anomalous. */
export interface Rate {
  count: number;
  of: number;
}

function anomalyCheck(name: string, now: Rate, before: Rate, what: string): CheckResult {
  const drifted = now.count - before.count > FREE_RISE && isRateAbove(now, before);
  const details = `${now.count} in ${now.of} ${what}, before ${before.count} in ${before.of}`;
  const check = countCheck(name, "CRITICAL", BigInt(now.count), details);
  return { ...check, ok: !drifted };
}

/**
 * The greatest number of anomalies among so many that is accepted after the baseline's rate; undefined where every number
 * is, as the baseline had anomalies and no rows.
 */
export function highestAccepted(before: Rate, of: number): number | undefined {
  if (before.of === 0 && before.count > 0) return undefined;
  const byRate = before.of === 0 ? 0 : Math.floor((RATE_FACTOR * before.count * of) / before.of);
  return Math.max(before.count + FREE_RISE, byRate);
}

/** Whether the rate is more than {@link RATE_FACTOR} times the other, without rounding. */
function isRateAbove(now: Rate, before: Rate): boolean {
  if (before.count === 0) return now.count > 0;
  return BigInt(now.count) * BigInt(before.of) > BigInt(RATE_FACTOR * before.count) * BigInt(now.of);
}

function percentText(now: number, before: number): string {
  return before === 0 ? "" : ` by ${((Math.abs(now - before) * 100) / before).toFixed(2)} %`;
}
