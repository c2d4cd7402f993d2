import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { compileAssembly } from "./compile_assembly.ts";
import { compile, instantiate } from "./record_module.ts";
import { trimText } from "./text.ts";

// Compares single functions of the AssemblyScript with independent implementations.

interface Units {
  memory: { readonly buffer: ArrayBuffer };
  allocate(size: number): number;
  parseNumber(start: number, end: number): boolean;
  parseDuration(start: number, end: number): boolean;
  parseDatePart(start: number, end: number, part: number): boolean;
  roleEnd(start: number, end: number): number;
  plainEnd(start: number, end: number): number;
  bracketEnd(start: number, end: number): number;
  trimmedStart(start: number, end: number): number;
  trimmedEnd(start: number, end: number): number;
  readReference(at: number, limit: number): number;
  writeUtf8(at: number, code: number): number;
  lastNumber(): bigint;
  lastReferenceEnd(): number;
}

const ROOM = 4096;
let units: Units;
let place = 0;

before(async () => {
  const { code } = await compileAssembly("testing/units.ts");
  units = instantiate<Units>(compile(code));
  place = units.allocate(ROOM);
});

/** Writes a text to memory with other bytes around it, and returns its position. */
function put(text: string): [start: number, end: number] {
  const bytes = Buffer.from(units.memory.buffer, place, ROOM).fill(0x7e);
  const length = bytes.write(text, 16);
  return [place + 16, place + 16 + length];
}

const textAt = (start: number, end: number) =>
  Buffer.from(units.memory.buffer).subarray(start, end).toString("utf8");

/** The number that a function reads from a text; undefined if there is none. */
function read(parse: (start: number, end: number) => boolean, text: string): bigint | undefined {
  const [start, end] = put(text);
  // A `bool` of the module is a number.
  return Number(parse(start, end)) === 1 ? units.lastNumber() : undefined;
}

const likeNumbers = fc.oneof(
  fc.bigInt({ min: 0n, max: 1n << 66n }).map(String),
  fc.stringMatching(/^[0-9 .x-]{0,22}$/),
  fc.constantFrom("0009223372036854775807", "9223372036854775808", "18446744073709551616", "000"),
);

test("a number is decimal digits within signed 64 bits", () => {
  fc.assert(
    fc.property(likeNumbers, (text) => {
      const wanted = /^\d+$/.test(text) && BigInt(text) < 1n << 63n ? BigInt(text) : undefined;
      // An absent text is not a value and is never passed in.
      if (text !== "") assert.equal(read(units.parseNumber, text), wanted, text);
    }),
  );
});

const likeDurations = fc.oneof(
  fc.stringMatching(/^([0-9]{1,3}:)?[0-9]{1,3}:[0-9]{2}$/),
  fc.stringMatching(/^[0-9:x ]{0,9}$/),
  fc.stringMatching(/^([0-9]{1,24}:)?0{0,20}[0-9]{1,18}:[0-9]{2}$/),
  fc.constantFrom("4:61", "4:5", "1:60:00", "100:00", "::00", ":05", "1::05", "1:002:03", "0:00"),
  fc.constantFrom("153722867280912930:07", "153722867280912930:08", "153722867280912931:00"),
  fc.constantFrom("2562047788015215:30:07", "2562047788015215:30:08", "2562047788015216:00:00"),
);

test("a duration is [H:]M:SS, in seconds within signed 64 bits", () => {
  fc.assert(
    fc.property(likeDurations, (text) => {
      const [, hours, minutes = "", seconds] = /^(?:(\d+):)?(\d+):([0-5]\d)$/.exec(text) ?? [];
      const total = BigInt(hours ?? 0) * 3600n + BigInt(minutes) * 60n + BigInt(seconds ?? 0);
      const isRead =
        seconds !== undefined && (hours === undefined || BigInt(minutes) < 60n) && total < 1n << 63n;
      assert.equal(read(units.parseDuration, text), isRead ? total : undefined, text);
    }),
  );
});

const likeDates = fc.oneof(
  fc.stringMatching(/^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$/),
  fc.stringMatching(/^[0-9x -]{0,11}$/),
  fc.constantFrom(
    "0000",
    "0000-05-00",
    "0000-00-00",
    "1999-13-01",
    "1999-12-32",
    "1999-00-00",
    "1999-01-00",
    "1999-1-1",
    "1980s",
    "1999-01-0",
  ),
);

test("the parts of a date are those of YYYY[-MM[-DD]], where 0000 and 00 are none", () => {
  fc.assert(
    fc.property(likeDates, (text) => {
      const parts = /^(\d{4})(?:-(0\d|1[0-2])(?:-([0-2]\d|3[01]))?)?$/.exec(text);
      for (const part of [0, 1, 2]) {
        const digits = parts?.[part + 1];
        const wanted = digits === undefined || Number(digits) === 0 ? undefined : BigInt(digits);
        const found = read((start, end) => units.parseDatePart(start, end, part), text);
        assert.equal(found, wanted, `${part} of ${text}`);
      }
    }),
  );
});

/** The parts of a role outside of brackets, according to the module's loop. */
function partsOf(role: string): string[] {
  const [start, end] = put(role);
  const parts: string[] = [];
  for (let at = start; at < end; ) {
    const partEnd = units.roleEnd(at, end);
    let plain = "";
    while (at < partEnd) {
      const stop = units.plainEnd(at, partEnd);
      plain += textAt(at, stop);
      at = stop < partEnd ? units.bracketEnd(stop, partEnd) : partEnd;
    }
    parts.push(plain);
    at = partEnd + 1;
  }
  return parts;
}

/** The same, character by character. */
function plainParts(role: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of role) {
    if (character === "[") depth++;
    else if (character === "]" && depth > 0) depth--;
    else if (character === "," && depth === 0) parts.push("");
    else if (depth === 0) parts[parts.length - 1] += character;
  }
  return parts;
}

test("splits a role outside of nested brackets, and removes their contents", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("[", "]", ",", "a", "é", " ") }), (role) => {
      const present = (parts: string[]) => parts.filter((part) => part !== "");
      assert.deepEqual(present(partsOf(role)), present(plainParts(role)), role);
    }),
  );
  assert.deepEqual(partsOf("Producer [Executive], Mixed By [At A, B]").map(trimText), [
    "Producer",
    "Mixed By",
  ]);
  assert.deepEqual(partsOf("[35 mm] Photography By").map(trimText), ["Photography By"]);
});

test("trims white space at both ends like another parser", () => {
  const unit = fc.constantFrom(
    " ",
    "\t",
    "\n",
    "\u0085",
    "\u00a0",
    "\u2003",
    "\u3000",
    "\u200b",
    "\ufeff",
    "a",
    "é",
    "日",
    "😀",
  );
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      const [start, end] = put(text);
      const from = units.trimmedStart(start, end);
      assert.equal(textAt(from, units.trimmedEnd(from, end)), trimText(text));
    }),
  );
});

test("a reference is one of five names, or the code of a character that XML allows", () => {
  const named: Record<string, number> = { amp: 0x26, lt: 0x3c, gt: 0x3e, quot: 0x22, apos: 0x27 };
  const isCharacter = (code: number) =>
    [9, 10, 13].includes(code) ||
    (code >= 0x20 && code < 0xd800) ||
    (code > 0xdfff && code < 0xfffe) ||
    (code > 0xffff && code <= 0x10ffff);
  const codes = fc.oneof(fc.nat(0x120000), fc.constantFrom(0, 9, 0xd800, 0xfffe, 0xffff, 0x10ffff, 0x110000));
  const check = (body: string, wanted: number) => {
    const [start, end] = put(`&${body};x`);
    assert.equal(units.readReference(start, end), wanted, body);
    if (wanted !== 0) assert.equal(units.lastReferenceEnd(), end - 1);
  };
  for (const [name, code] of Object.entries(named)) check(name, code);
  for (const name of ["nbsp", "AMP", "am", "", "#", "#x", "#1a", "#xg"]) check(name, 0);
  fc.assert(
    fc.property(codes, (code) => {
      check(`#${code}`, isCharacter(code) ? code : 0);
      check(`#x${code.toString(16)}`, isCharacter(code) ? code : 0);
    }),
  );
});

test("writes a code point as UTF-8", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 0x10ffff }), (code) => {
      if (code >= 0xd800 && code <= 0xdfff) return;
      const end = units.writeUtf8(place, code);
      assert.equal(textAt(place, end), String.fromCodePoint(code));
    }),
  );
});
