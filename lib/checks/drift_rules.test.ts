import assert from "node:assert/strict";
import { test } from "node:test";
import type { ColumnMeasures } from "../lake/measures.ts";
import {
  type ColumnOfMonth,
  columnChecks,
  type DatasetCounts,
  driftChecks,
  highestAccepted,
  referenceCheck,
} from "./drift_rules.ts";

const LIMITS = { maxDropPct: 5, maxGrowthPct: 25 };

function failed(now: Partial<DatasetCounts>, baseline: Partial<DatasetCounts>, limits = LIMITS): string[] {
  const whole = (part: Partial<DatasetCounts>) => ({ rows: 1000, counts: {}, ...part });
  const checks = driftChecks("d", whole(now), whole(baseline), limits);
  return checks.filter(({ ok }) => !ok).map(({ name }) => name);
}

const rows = (now: number, before: number, limits = LIMITS) =>
  failed({ rows: now }, { rows: before }, limits);
const anomaly = (now: [number, number], before: [number, number]) =>
  failed({ rows: now[1], counts: { odd: now[0] } }, { rows: before[1], counts: { odd: before[0] } }).filter(
    (name) => name !== "d.rows",
  );

test("a dataset may shrink by exactly max_drop_pct", () => {
  assert.deepEqual(rows(950, 1000), []);
  assert.deepEqual(rows(949, 1000), ["d.rows"]);
  assert.deepEqual(rows(18_446_214, 19_417_067), [], "5 % is 970,853.35");
  assert.deepEqual(rows(18_446_213, 19_417_067), ["d.rows"]);
});

test("a dataset may grow by exactly max_growth_pct", () => {
  assert.deepEqual(rows(1250, 1000), []);
  assert.deepEqual(rows(1251, 1000), ["d.rows"]);
});

test("the limits are parameters; 0 allows no change in that direction", () => {
  const none = { maxDropPct: 0, maxGrowthPct: 0 };
  assert.deepEqual(rows(1000, 1000, none), []);
  assert.deepEqual(rows(999, 1000, none), ["d.rows"]);
  assert.deepEqual(rows(1001, 1000, none), ["d.rows"]);
  assert.deepEqual(rows(0, 1000, { maxDropPct: 100, maxGrowthPct: 0 }), []);
});

test("empty may stay empty; rows in an empty dataset are growth", () => {
  assert.deepEqual(rows(0, 0), []);
  assert.deepEqual(rows(1, 0), ["d.rows"]);
  assert.deepEqual(rows(0, 1), ["d.rows"]);
});

test("an anomaly fails when its count rose by more than 100", () => {
  assert.deepEqual(anomaly([110, 1000], [10, 1000]), [], "11 times the rate, but 100 more");
  assert.deepEqual(anomaly([111, 1000], [10, 1000]), ["d.odd"]);
});

test("an anomaly fails when its rate is more than twice the baseline's", () => {
  assert.deepEqual(anomaly([2000, 100_000], [1000, 100_000]), [], "exactly twice");
  assert.deepEqual(anomaly([2001, 100_000], [1000, 100_000]), ["d.odd"]);
  assert.deepEqual(anomaly([2001, 100_050], [1000, 100_000]), [], "2,001 of 100,050 is exactly twice");
  assert.deepEqual(anomaly([2001, 100_049], [1000, 100_000]), ["d.odd"]);
  assert.deepEqual(anomaly([4000, 200_000], [1000, 100_000]), [], "a dataset twice the size");
});

test("a new anomaly may have any rate; one that is gone passes", () => {
  assert.deepEqual(failed({ counts: { odd: 100 } }, {}), []);
  assert.deepEqual(failed({ counts: { odd: 101 } }, {}), ["d.odd"]);
  assert.deepEqual(failed({}, { counts: { odd: 5000 } }), []);
});

test("compares rates of a dataset without rows too", () => {
  assert.deepEqual(anomaly([500, 0], [100, 1000]), ["d.odd"]);
  assert.deepEqual(anomaly([500, 1000], [100, 0]), []);
  assert.deepEqual(anomaly([500, 1000], [0, 0]), ["d.odd"]);
});

test("a check describes what it compared", () => {
  const [check] = driftChecks("labels_v10", { rows: 900, counts: {} }, { rows: 1000, counts: {} }, LIMITS);
  assert.deepEqual(check, {
    name: "labels_v10.rows",
    severity: "CRITICAL",
    ok: false,
    value: 900n,
    details: "shrank from 1000 rows by 10.00 %; allowed: -5 % to +25 %",
  });
});

const column = (filled: number, rows: number, more: Partial<ColumnMeasures> = {}): ColumnOfMonth => ({
  rows,
  measures: { filled, ...more },
});
const changed = (now: ColumnOfMonth, before: ColumnOfMonth) =>
  columnChecks("d.c", now, before)
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);

test("a column's fill rate may fall to exactly half if it was at least one percent", () => {
  assert.deepEqual(changed(column(450, 1000), column(900, 1000)), []);
  assert.deepEqual(changed(column(449, 1000), column(900, 1000)), ["d.c"]);
  assert.deepEqual(changed(column(900, 2000), column(900, 1000)), [], "of shares, not of numbers");
  assert.deepEqual(changed(column(4, 1000), column(10, 1000)), ["d.c"]);
  assert.deepEqual(changed(column(4, 1000), column(9, 1000)), [], "less than one percent before");
});

test("a column that became empty fails, however little was filled", () => {
  assert.deepEqual(changed(column(0, 1_000_000), column(1, 1_000_000)), ["d.c"]);
  assert.deepEqual(changed(column(0, 1000), column(0, 1000)), []);
  assert.deepEqual(changed(column(900, 1000), column(0, 1000)), [], "a new element is not a fault");
});

test("the share of distinct values and the length of texts may double or halve", () => {
  const with_ = (distinct: number, bytes: number) => column(1000, 1000, { distinct, bytes });
  assert.deepEqual(changed(with_(200, 20_000), with_(100, 10_000)), []);
  assert.deepEqual(changed(with_(201, 20_001), with_(100, 10_000)), ["d.c.distinct", "d.c.length"]);
  assert.deepEqual(changed(with_(49, 4_999), with_(100, 10_000)), ["d.c.distinct", "d.c.length"]);
  assert.deepEqual(changed(with_(1, 10_000), with_(21, 10_000)), [], "few values come and go");
  const few = column(99, 99, { distinct: 99, bytes: 9_900 });
  assert.deepEqual(changed(few, column(99, 99, { distinct: 9, bytes: 99 })), [], "too few to tell");
});

test("garbled texts and orphans count as anomalies", () => {
  const garbled = (count: number) => column(1000, 1000, { garbled: count });
  assert.deepEqual(changed(garbled(100), garbled(0)), []);
  assert.deepEqual(changed(garbled(101), garbled(0)), ["d.c.garbled"]);
  const orphans = (now: number, before: number) =>
    referenceCheck("d.c", { references: 1000, orphans: now }, { references: 1000, orphans: before }).ok;
  assert.deepEqual([orphans(400, 200), orphans(401, 200), orphans(100, 0)], [true, false, true]);
});

test("the highest accepted count of an anomaly is the last that passes the gate", () => {
  const cases = [
    [0, 1000, 1000],
    [10, 100, 1000],
    [70, 1000, 1030],
    [900, 14_000_000, 14_100_001],
    [333, 1000, 999],
    [0, 0, 1000],
  ] as const;
  for (const [count, of, rowsNow] of cases) {
    const most = highestAccepted({ count, of }, rowsNow) ?? Number.NaN;
    assert.deepEqual(anomaly([most, rowsNow], [count, of]), [], `${most} after ${count} of ${of}`);
    assert.deepEqual(
      anomaly([most + 1, rowsNow], [count, of]),
      ["d.odd"],
      `${most + 1} after ${count} of ${of}`,
    );
  }
  assert.equal(highestAccepted({ count: 5, of: 0 }, 1000), undefined);
  assert.deepEqual(anomaly([900, 1000], [5, 0]), [], "a rate without rows is undefined");
});
