import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decoder, parseAnswer, parsePage, type TypeSignature, typeName } from "./wire.ts";

const scalar = (rawType: string, ...lengths: number[]): TypeSignature => ({
  rawType,
  arguments: lengths.map((value) => ({ kind: "LONG", value })),
});
const array = (item: TypeSignature): TypeSignature => ({
  rawType: "array",
  arguments: [{ kind: "TYPE", value: item }],
});
const row = (fields: [string | undefined, TypeSignature][]): TypeSignature => ({
  rawType: "row",
  arguments: fields.map(([name, typeSignature]) => ({
    kind: "NAMED_TYPE",
    value: { ...(name === undefined ? {} : { fieldName: { name } }), typeSignature },
  })),
});

test("keeps integers of any size, and changes nothing else in the JSON", () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: "small" },
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ unit: "binary" }),
      fc.constantFrom('"12345678901234567890"', '\\"', "\\", "9007199254740993,", null, true),
      fc.array(tie("any")),
      fc.dictionary(fc.string(), tie("any")),
    ),
  })).any;
  fc.assert(
    fc.property(value, (original) => {
      assert.deepEqual(parseAnswer(`[${jsonOf(original)}]`), [expected(original)]);
    }),
    { numRuns: 500 },
  );
});

function jsonOf(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${jsonOf(item)}`);
  return `{${fields.join(",")}}`;
}

/** Integers of 16 digits and more as text, everything else as in JSON. */
function expected(value: unknown): unknown {
  if (typeof value === "number") {
    const json = JSON.stringify(value);
    return /^-?\d{16,}$/.test(json) ? json : JSON.parse(json);
  }
  if (typeof value === "bigint") return /\d{16}/.test(String(value)) ? String(value) : Number(value);
  if (Array.isArray(value)) return value.map(expected);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, expected(item)]));
}

test("leaves fractions and exponents with many digits unchanged", () => {
  const text = "[2.7027027027027026, 67.56756756756756, 1e-10, 12345678901234567.5, 1.2345678901234567E19]";
  assert.deepEqual(parseAnswer(text), JSON.parse(text));
  assert.deepEqual(parseAnswer("[-9223372036854775808]"), ["-9223372036854775808"]);
});

test("a response that is not JSON stays text and is not a page", () => {
  for (const text of ["<html>", "", "{", undefined]) assert.equal(parseAnswer(text), text);
  assert.equal(parsePage("<html>"), undefined);
  assert.equal(parsePage({ id: 1 }), undefined);
  assert.equal(parsePage({ id: "q", error: { message: "m" } }), undefined);
});

test("spells types like the interface", () => {
  const spelled: [TypeSignature, string][] = [
    [scalar("bigint"), "BIGINT"],
    [scalar("varchar", 2147483647), "VARCHAR"],
    [scalar("char", 3), "CHAR"],
    [scalar("decimal", 3, 2), "DECIMAL(3, 2)"],
    [scalar("timestamp", 3), "TIMESTAMP(3)"],
    [scalar("timestamp with time zone", 3), "TIMESTAMP(3) WITH TIME ZONE"],
    [array(scalar("varchar", 5)), "ARRAY(VARCHAR)"],
    [
      array(
        row([
          ["a", scalar("bigint")],
          [undefined, scalar("varchar", 1)],
        ]),
      ),
      "ARRAY(ROW(a BIGINT, VARCHAR))",
    ],
  ];
  for (const [type, name] of spelled) assert.equal(typeName(type), name);
});

test("converts values to those of the interface, with NULL at every depth", () => {
  const refs = array(
    row([
      ["a", scalar("bigint")],
      [undefined, scalar("varchar", 1)],
    ]),
  );
  assert.deepEqual(decoder(refs)([["9223372036854775807", "x"], [null, null], null]), [
    { a: 2n ** 63n - 1n, field1: "x" },
    { a: null, field1: null },
    null,
  ]);
  assert.deepEqual(
    decoder(scalar("timestamp", 3))("2026-01-02 03:04:05.678"),
    new Date("2026-01-02T03:04:05.678Z"),
  );
  assert.equal(decoder(scalar("timestamp", 3))("290000-01-01 00:00:00.000"), "290000-01-01 00:00:00.000");
  assert.equal(decoder(scalar("timestamp", 6))("2026-01-02 03:04:05.678901"), "2026-01-02 03:04:05.678901");
  assert.ok(Number.isNaN(decoder(scalar("double"))("NaN")));
  assert.equal(decoder(scalar("decimal", 3, 2))("1.50"), "1.50");
  assert.equal(decoder(scalar("bigint"))(null), null);
});
