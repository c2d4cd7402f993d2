// Parses values, as defined by the contract, from the trimmed, non-empty text of an element.

const ZERO: u32 = 0x30;
const COLON: u8 = 0x3a;
const DASH: u8 = 0x2d;
const COMMA: u8 = 0x2c;
const OPEN: u8 = 0x5b;
const CLOSE: u8 = 0x5d;
/** This many digits are parsed at once. */
const DIGITS_AT_ONCE: usize = 8;
/** A 1 in each byte. */
const EACH_BYTE: u64 = u64.MAX_VALUE / 0xff;
/** The first of every two bytes, and the first two of every four. */
const ALTERNATE_BYTES: u64 = u64.MAX_VALUE / 0x101;
const ALTERNATE_PAIRS: u64 = u64.MAX_VALUE / 0x10001;
/** 19 digits fit 64 bits, with or without the sign. */
const MOST_DIGITS = 19;
/** More of these exceed 64 bits as seconds. */
const MOST_MINUTES: u64 = i64.MAX_VALUE / 60;
const MOST_HOURS: u64 = i64.MAX_VALUE / 3600;

/** The number parsed last. */
export let parsedNumber: i64 = 0;

/** Restores a number parsed earlier; returns true. */
export function recall(number: i64): bool {
  parsedNumber = number;
  return true;
}

/** Parses a non-negative decimal number: digits only, within signed 64 bits. False for anything else. */
export function parseNumber(start: usize, end: usize): bool {
  return end - start <= DIGITS_AT_ONCE ? parseShort(start, end - start) : parseLong(start, end);
}

/**
 * Parses up to eight digits without a branch per digit, which is often mispredicted. They become the last of eight digits, each in
 * a byte, the first in the lowest; then neighbours are added, weighted by their places: digits, pairs of digits, fours.
 */
function parseShort(start: usize, length: usize): bool {
  const unused = <u64>(DIGITS_AT_ONCE - length) * 8;
  const digits = (load<u64>(start) ^ (EACH_BYTE * ZERO)) << unused;
  // A digit is below 10: adding 6 does not carry into the upper half of its byte.
  if (((digits | (digits + EACH_BYTE * 6)) & (EACH_BYTE * 0xf0)) !== 0) return false;
  const pairs = ((digits * (1 + (10 << 8))) >> 8) & ALTERNATE_BYTES;
  const fours = ((pairs * (1 + (100 << 16))) >> 16) & ALTERNATE_PAIRS;
  parsedNumber = (fours * (1 + ((<u64>10000) << 32))) >> 32;
  return true;
}

function parseLong(start: usize, end: usize): bool {
  let value: u64 = 0;
  let digits = 0;
  for (let at = start; at < end; at++) {
    const digit: u32 = load<u8>(at) - ZERO;
    if (digit > 9) return false;
    if (digit > 0 || digits > 0) digits++;
    value = value * 10 + digit;
  }
  if (digits > MOST_DIGITS || value > <u64>i64.MAX_VALUE) return false;
  parsedNumber = value;
  return true;
}

/** Parses `[H:]M:SS` as seconds. False for anything else. */
export function parseDuration(start: usize, end: usize): bool {
  if (end - start < 4 || load<u8>(end - 3) !== COLON) return false;
  const seconds = twoDigits(end - 2);
  if (seconds > 59) return false;
  const minutesEnd = end - 3;
  let colon = start;
  while (colon < minutesEnd && load<u8>(colon) !== COLON) colon++;
  if (colon === minutesEnd) return parseParts(start, start, minutesEnd, seconds);
  return parseParts(start, colon, minutesEnd, seconds);
}

/** Hours are `[start, colon)`, if there is a colon; minutes are what follows it, or else the whole text. */
function parseParts(start: usize, colon: usize, end: usize, seconds: u32): bool {
  const hasHours = load<u8>(colon) === COLON;
  const minutesStart = hasHours ? colon + 1 : start;
  if (minutesStart === end || !parseNumber(minutesStart, end)) return false;
  const minutes: u64 = parsedNumber;
  if (!hasHours) return minutes <= MOST_MINUTES && isWithinBits(minutes * 60 + seconds);
  if (minutes > 59 || colon === start || !parseNumber(start, colon)) return false;
  const hours: u64 = parsedNumber;
  return hours <= MOST_HOURS && isWithinBits(hours * 3600 + minutes * 60 + seconds);
}

/** Keeps a total as the parsed number. False if it exceeds signed 64 bits. */
function isWithinBits(total: u64): bool {
  parsedNumber = total;
  return total <= <u64>i64.MAX_VALUE;
}

/** Value of two digits; more than 99 if they are not digits. */
function twoDigits(at: usize): u32 {
  const tens: u32 = load<u8>(at) - ZERO;
  const ones: u32 = load<u8>(at + 1) - ZERO;
  return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

/**
 * Parses the year (0), month (1) or day (2) of `YYYY[-MM[-DD]]`. False if it is zero or absent, and for
 * anything else.
 */
export function parseDatePart(start: usize, end: usize, part: u32): bool {
  const length = end - start;
  if (length !== 4 && length !== 7 && length !== 10) return false;
  const century = twoDigits(start);
  const year = twoDigits(start + 2);
  if (century > 99 || year > 99) return false;
  let month: u32 = 0;
  let day: u32 = 0;
  if (length > 4) {
    month = twoDigits(start + 5);
    if (load<u8>(start + 4) !== DASH || month > 12) return false;
  }
  if (length > 7) {
    day = twoDigits(start + 8);
    if (load<u8>(start + 7) !== DASH || day > 31) return false;
  }
  const value = part === 0 ? century * 100 + year : part === 1 ? month : day;
  parsedNumber = value;
  return value > 0;
}

/** End of the part of a role that begins at `start`: a comma outside brackets, or the end. */
export function roleEnd(start: usize, end: usize): usize {
  let depth = 0;
  for (let at = nextMark(start, end); at < end; at = nextMark(at + 1, end)) {
    const byte = load<u8>(at);
    if (byte === OPEN) depth++;
    else if (byte === CLOSE && depth > 0) depth--;
    else if (byte === COMMA && depth === 0) return at;
  }
  return end;
}

/** Position of the next comma or bracket; the end if there is none. */
function nextMark(from: usize, end: usize): usize {
  for (let at = from; at < end; at += 16) {
    const bytes = v128.load(at);
    const brackets = v128.or(i8x16.eq(bytes, i8x16.splat(OPEN)), i8x16.eq(bytes, i8x16.splat(CLOSE)));
    const found = i8x16.bitmask(v128.or(brackets, i8x16.eq(bytes, i8x16.splat(COMMA))));
    if (found !== 0) return min(at + ctz(found), end);
  }
  return end;
}

/** End of the text that begins at `start` outside brackets: an opening bracket, or the end. */
export function plainEnd(start: usize, end: usize): usize {
  let at = nextMark(start, end);
  while (at < end && load<u8>(at) !== OPEN) at = nextMark(at + 1, end);
  return at;
}

/** Position after the bracket that closes the one at `start`; the end if none does. */
export function bracketEnd(start: usize, end: usize): usize {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte === OPEN) depth++;
    else if (byte === CLOSE && --depth === 0) return at + 1;
  }
  return end;
}
