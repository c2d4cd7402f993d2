import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bytes,
  compact,
  count,
  duration,
  growth,
  percent,
  plural,
  points,
  shortened,
  signed,
  time,
} from "./format.ts";

test("numbers", () => {
  assert.deepEqual([0, 999, 1234567, -1234].map(count), ["0", "999", "1,234,567", "−1,234"]);
  assert.deepEqual([950, 12_500, 1_234_567, 14_000_000].map(compact), ["950", "12.5k", "1.23M", "14M"]);
  assert.deepEqual([0, 5, -5].map(signed), ["±0", "+5", "−5"]);
  assert.deepEqual([0, 999, 1250, 2_000_000_000].map(bytes), ["0 B", "999 B", "1.25 kB", "2.00 GB"]);
});

test("a share that is not quite all or none is not shown as such", () => {
  assert.deepEqual([0, 1, 0.5, 0.97361, 0.999999, 0.000001].map(percent), [
    "0 %",
    "100 %",
    "50 %",
    "97.36 %",
    "> 99.99 %",
    "< 0.01 %",
  ]);
});

test("changes", () => {
  assert.deepEqual([0.0012, -0.5, 0.00001].map(points), ["+0.12 pp", "−50.00 pp", "±0"]);
  assert.deepEqual(
    [growth(103, 100), growth(97, 100), growth(100, 100), growth(1, 0)],
    ["+3.0 %", "−3.0 %", "±0 %", "–"],
  );
});

test("times and texts", () => {
  assert.deepEqual([1.25, 59.99, 245, 3720].map(duration), ["1.3 s", "60.0 s", "4 min 05 s", "1 h 02 min"]);
  assert.equal(time(new Date("2026-09-01T12:30:59Z")), "2026-09-01 12:30 UTC");
  assert.deepEqual(
    [plural(1, "run"), plural(2, "run"), plural(0, "anomaly", "anomalies")],
    ["1 run", "2 runs", "0 anomalies"],
  );
  assert.deepEqual(
    [shortened("Svek", 4), shortened("Sveket", 4), shortened("🎶🎶🎶", 2)],
    ["Svek", "Sve…", "🎶…"],
  );
});
