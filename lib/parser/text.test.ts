import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { trimText } from "./text.ts";

/** Code points for which Python's `str.isspace` is true. */
const WHITE_SPACE = [
  ...[9, 10, 11, 12, 13, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680],
  ...[0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a],
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
];

test("trims every Unicode white space on both sides, and keeps it inside", () => {
  for (const code of WHITE_SPACE) {
    const space = String.fromCodePoint(code);
    assert.equal(trimText(`${space}${space}a${space}b${space}`), `a${space}b`, code.toString(16));
    assert.equal(trimText(space), "", code.toString(16));
  }
});

test("zero-width characters are not white space", () => {
  for (const kept of ["\u200b", "\ufeff", "\u180e", "\u2060"]) assert.equal(trimText(`${kept} `), kept);
});

test("trims no other character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
      const isSpace = (code: number) => WHITE_SPACE.includes(code);
      const first = codes.findIndex((code) => !isSpace(code));
      const last = codes.findLastIndex((code) => !isSpace(code));
      const expected = first === -1 ? "" : String.fromCodePoint(...codes.slice(first, last + 1));
      assert.equal(trimText(text), expected);
    }),
  );
});
