import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { JsonSyntaxError, type JsonValue, parseJson, parsePlainJson } from "./json_text.ts";

/** A parsed text as `JSON.parse` would return it. */
function plain(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]));
  }
  if (typeof value === "object" && value !== null && "digits" in value) return JSON.parse(value.digits);
  return value;
}

function nested(levels: number, inside = ""): string {
  return "[".repeat(levels) + inside + "]".repeat(levels);
}

test("reads the output of JSON.stringify like JSON.parse", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1, "\t"), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      assert.deepEqual(JSON.stringify(plain(parseJson(text))), JSON.stringify(JSON.parse(text)));
    }),
  );
});

test("accepts and refuses any text like JSON.parse", () => {
  const piece = fc.constantFrom(...'{}[],:"\\ -+.eE019\n\u0001a', "true", "null", "\\u00e9", "\\n", '"a"');
  let accepted = 0;
  const accepts = (parse: () => unknown) => {
    try {
      parse();
      return true;
    } catch (error) {
      assert.ok(error instanceof SyntaxError || error instanceof JsonSyntaxError, String(error));
      return false;
    }
  };
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const text = pieces.join("");
      const expected = accepts(() => JSON.parse(text));
      if (expected) accepted++;
      assert.equal(
        accepts(() => parseJson(text)),
        expected,
        JSON.stringify(text),
      );
    }),
    { numRuns: 5000 },
  );
  assert.ok(accepted > 50, `${accepted} texts were JSON`);
});

test("the plain form equals JSON.parse's, including numbers and members with special names", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      assert.deepEqual(parsePlainJson(text, Number), JSON.parse(text));
    }),
  );
  const special = '{"__proto__": {"a": 1}, "constructor": 2}';
  assert.deepEqual(parsePlainJson(special, Number), JSON.parse(special));
  assert.deepEqual(
    parsePlainJson("[1.50, 12]", (digits) => digits),
    ["1.50", "12"],
  );
});

test("keeps the digits of numbers", () => {
  assert.deepEqual(parseJson("[9007199254740993, 1.50]"), [
    { digits: "9007199254740993" },
    { digits: "1.50" },
  ]);
});

test("reports errors with line and column, in characters", () => {
  const problems: [string, RegExp][] = [
    ['{\n  "a": 1,\n  "é𝄞": x\n}', /^line 3, column 9: expected a value, but found "x"$/],
    ['{"a": 1', /^line 1, column 8: expected "," or "}", but the text ends$/],
    ["[1 2]", /^line 1, column 4: expected "," or "\]", but found "2"$/],
    ["[1]]", /^line 1, column 4: expected the end/],
    ["{1: 2}", /^line 1, column 2: expected a member name in quotes/],
    ['{"a" 2}', /^line 1, column 6: expected ":"/],
    ['["ab\\x"]', /^line 1, column 5: an unknown escape/],
    ['["a\nb"]', /^line 1, column 4: a control character/],
    ['[\n"ab', /^line 2, column 1: a string that does not end$/],
    ["", /^line 1, column 1: expected a value, but the text ends$/],
  ];
  for (const [text, message] of problems) assert.throws(() => parseJson(text), { message });
});

test("limits nesting", () => {
  assert.ok(Array.isArray(parseJson(nested(200))));
  for (const levels of [257, 100_000]) {
    assert.throws(
      () => parseJson(nested(levels)),
      /^JsonSyntaxError: line 1, column 257: nested deeper than 256 levels$/,
    );
  }
  assert.deepEqual(parsePlainJson(nested(256, "1"), Number), JSON.parse(nested(256, "1")));
});
