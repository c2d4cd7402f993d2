import assert from "node:assert/strict";
import { test } from "node:test";
import { compact, growth, percent, points, shortened, signed, time } from "./format.ts";

test("formats numbers of an axis and changes of numbers", () => {
  assert.deepEqual([950, 12_500, 1_230_000, 14_000_000].map(compact), ["950", "12.5k", "1.23M", "14M"]);
  assert.deepEqual([1999.2, 1999.4, 19_320_000, 19_340_000].map(compact), [
    "1999.2",
    "1999.4",
    "19.32M",
    "19.34M",
  ]);
  assert.deepEqual([0, 5, -1234].map(signed), ["±0", "+5", "−1,234"]);
});

test("does not show an almost full or empty share as 100 % or 0 %", () => {
  assert.deepEqual([0, 1, 0.5, 0.97361, 0.999999, 0.000001].map(percent), [
    "0 %",
    "100 %",
    "50 %",
    "97.36 %",
    "> 99.99 %",
    "< 0.01 %",
  ]);
});

test("formats changes of shares and sizes", () => {
  assert.deepEqual([0.0012, -0.5, 0.00001].map(points), ["+0.12 pp", "−50.00 pp", "±0"]);
  assert.deepEqual(
    [growth(103, 100), growth(97, 100), growth(10_265, 10_000), growth(100, 100), growth(1, 0)],
    ["+3.0 %", "−3.0 %", "+2.7 %", "±0 %", "–"],
  );
});

test("formats times and texts", () => {
  assert.equal(time(new Date("2026-09-01T12:30:59Z")), "2026-09-01 12:30 UTC");
  assert.deepEqual(
    [shortened("Svek", 4), shortened("Sveket", 4), shortened("🎶🎶🎶", 2)],
    ["Svek", "Sve…", "🎶…"],
  );
});
