const SEMICOLON = 0x3b;
const HASH = 0x23;
const LOWER_X = 0x78;
/** `&#x10FFFF;` has 10 bytes; leading zeros beyond this are left to the authority. */
const MAX_LENGTH = 12;

/** A decoded reference: the code point and where the reference ends. */
export interface Reference {
  code: number;
  end: number;
}

/**
 * Reads the reference that begins with the `&` at `at`: amp, lt, gt, quot, apos, or a character by its number.
 * False for anything else, and for a number that XML 1.0 does not allow as a character.
 */
export function readReference(bytes: Uint8Array, at: number, limit: number, result: Reference): boolean {
  const last = Math.min(limit, at + MAX_LENGTH);
  let end = at + 1;
  while (end < last && bytes[end] !== SEMICOLON) end++;
  if (end === last) return false;
  const code = bytes[at + 1] === HASH ? numericCode(bytes, at + 2, end) : namedCode(bytes, at + 1, end);
  result.code = code;
  result.end = end + 1;
  return code > 0;
}

const NAMED: readonly (readonly [Uint8Array, number])[] = Object.entries({
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
}).map(([name, character]) => [new Uint8Array(Buffer.from(name)), character.charCodeAt(0)]);

function namedCode(bytes: Uint8Array, start: number, end: number): number {
  for (const [name, code] of NAMED) {
    if (name.length !== end - start) continue;
    let i = 0;
    while (i < name.length && name[i] === bytes[start + i]) i++;
    if (i === name.length) return code;
  }
  return 0;
}

function numericCode(bytes: Uint8Array, start: number, end: number): number {
  const isHex = bytes[start] === LOWER_X;
  const first = isHex ? start + 1 : start;
  if (first === end) return 0;
  let code = 0;
  for (let i = first; i < end; i++) {
    const digit = digitOf(bytes[i] as number);
    if (digit < 0 || (digit > 9 && !isHex)) return 0;
    code = code * (isHex ? 16 : 10) + digit;
  }
  return isXmlCharacter(code) ? code : 0;
}

function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

/** https://www.w3.org/TR/xml/#NT-Char */
function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}

/** Writes a code point as UTF-8 at `at` and returns where it ends. */
export function writeUtf8(bytes: Uint8Array, at: number, code: number): number {
  if (code < 0x80) {
    bytes[at] = code;
    return at + 1;
  }
  if (code < 0x800) {
    bytes[at] = 0xc0 | (code >> 6);
    bytes[at + 1] = 0x80 | (code & 0x3f);
    return at + 2;
  }
  if (code < 0x10000) {
    bytes[at] = 0xe0 | (code >> 12);
    bytes[at + 1] = 0x80 | ((code >> 6) & 0x3f);
    bytes[at + 2] = 0x80 | (code & 0x3f);
    return at + 3;
  }
  bytes[at] = 0xf0 | (code >> 18);
  bytes[at + 1] = 0x80 | ((code >> 12) & 0x3f);
  bytes[at + 2] = 0x80 | ((code >> 6) & 0x3f);
  bytes[at + 3] = 0x80 | (code & 0x3f);
  return at + 4;
}
