import assert from "node:assert/strict";
import { test } from "node:test";
import { decimalText } from "./amounts.ts";

test("rounds half of the last decimal away from zero, whatever the nearest binary number", () => {
  assert.deepEqual(
    [decimalText(2.65, 1), decimalText(-2.65, 1), decimalText(1.005, 2), decimalText(0.28499 * 100, 2)],
    ["2.7", "-2.7", "1.01", "28.50"],
  );
  assert.deepEqual(
    [decimalText(2.649999, 1), decimalText(0, 2), decimalText(1e9 + 0.05, 1)],
    ["2.6", "0.00", "1000000000.1"],
  );
});
