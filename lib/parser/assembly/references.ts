/** `&#x10FFFF;` has 10 bytes; references with more leading zeros are left to saxes. */
const MAX_LENGTH: usize = 12;
const SEMICOLON: u8 = 0x3b;
const HASH: u8 = 0x23;
const LOWER_X: u8 = 0x78;

/** End of the reference that was read last. */
export let referenceEnd: usize = 0;

/**
 * Code point of the reference that begins with the `&` at `at`: amp, lt, gt, quot, apos, or a character
 * reference. 0 for anything else, and for numbers that XML 1.0 does not allow as a character.
 */
export function readReference(at: usize, limit: usize): u32 {
  const last = min(limit, at + MAX_LENGTH);
  let end = at + 1;
  while (end < last && load<u8>(end) !== SEMICOLON) end++;
  if (end === last) return 0;
  referenceEnd = end + 1;
  return load<u8>(at + 1) === HASH ? numericCode(at + 2, end) : namedCode(at + 1, end - at - 1);
}

/** Compares the names as words, as their letters are laid out in memory. */
function namedCode(at: usize, length: usize): u32 {
  const word = load<u32>(at);
  if (length === 3) return (word & 0xffffff) === 0x706d61 ? 0x26 : 0;
  if (length === 2) return (word & 0xffff) === 0x746c ? 0x3c : (word & 0xffff) === 0x7467 ? 0x3e : 0;
  if (length === 4) return word === 0x746f7571 ? 0x22 : word === 0x736f7061 ? 0x27 : 0;
  return 0;
}

function numericCode(start: usize, end: usize): u32 {
  const isHex = load<u8>(start) === LOWER_X;
  const first = isHex ? start + 1 : start;
  if (first === end) return 0;
  let code: u64 = 0;
  for (let i = first; i < end; i++) {
    const digit = digitOf(load<u8>(i));
    if (digit > 15 || (digit > 9 && !isHex)) return 0;
    code = code * (isHex ? 16 : 10) + digit;
  }
  return isXmlCharacter(code) ? <u32>code : 0;
}

/** Value of a hexadecimal digit; more than 15 for anything else. */
function digitOf(byte: u32): u32 {
  if (byte - 0x30 <= 9) return byte - 0x30;
  const letter = (byte | 0x20) - 0x61;
  return letter <= 5 ? letter + 10 : 16;
}

/** https://www.w3.org/TR/xml/#NT-Char */
function isXmlCharacter(code: u64): bool {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}

/** Writes a code point as UTF-8 at `at` and returns where it ends. */
export function writeUtf8(at: usize, code: u32): usize {
  if (code < 0x80) {
    store<u8>(at, code);
    return at + 1;
  }
  if (code < 0x800) {
    store<u8>(at, 0xc0 | (code >> 6));
    return writeRest(at + 1, code, 0);
  }
  if (code < 0x10000) {
    store<u8>(at, 0xe0 | (code >> 12));
    return writeRest(at + 1, code, 6);
  }
  store<u8>(at, 0xf0 | (code >> 18));
  return writeRest(at + 1, code, 12);
}

/** Writes the bytes after the first: six bits each, starting at `shift`. */
function writeRest(start: usize, code: u32, shift: i32): usize {
  let at = start;
  for (let bits = shift; bits >= 0; bits -= 6) store<u8>(at++, 0x80 | ((code >> bits) & 0x3f));
  return at;
}
