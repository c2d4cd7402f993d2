import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decimalId } from "./decimal_id.ts";

test("accepts decimal digits within signed 64 bits", () => {
  const max = 2n ** 63n - 1n;
  for (const value of [
    0n,
    7n,
    2n ** 31n,
    2n ** 32n - 1n,
    2n ** 32n,
    10n ** 15n - 1n,
    10n ** 15n,
    2n ** 53n + 1n,
    max,
  ]) {
    assert.equal(decimalId(String(value)), value);
  }
  assert.equal(decimalId("007"), 7n);
  assert.equal(decimalId(`${"0".repeat(30)}${max}`), max);
});

test("rejects anything else", () => {
  const others = [
    "",
    " ",
    "-1",
    "+1",
    "1.0",
    "1e3",
    "0x1",
    "1 2",
    "１２",
    "abc",
    String(2n ** 63n),
    "9".repeat(40),
  ];
  for (const text of others) assert.equal(decimalId(text), undefined, text);
});

test("agrees with BigInt on every string of digits", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 65n }), (value) => {
      assert.equal(decimalId(String(value)), value < 2n ** 63n ? value : undefined);
    }),
  );
});
