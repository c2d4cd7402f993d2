import { Bytes } from "./memory";
import { readReference, referenceEnd, writeUtf8 } from "./references";
import { trimmedEnd, trimmedStart } from "./trim";

/** Means that the scanner cannot read a text. Not a valid place in memory. */
export const FAILED: usize = 0;

/** End mark of a text. */
export const LT: u8 = 0x3c;
const AMPERSAND: u8 = 0x26;
/** End mark of an attribute value. */
export const QUOTE: u8 = 0x22;
const CLOSE_BRACKET: u8 = 0x5d;
const GT: u8 = 0x3e;
const TAB: u8 = 0x09;
const NEWLINE: u8 = 0x0a;
const SPACE: u8 = 0x20;
const DELETE: u8 = 0x7f;
/** First byte of U+F000 to U+FFFF, of which U+FFFE and U+FFFF are not characters. */
const LEAD_EF: u8 = 0xef;
const LONGEST_CHARACTER: usize = 4;

/** Start of the value that was found last. */
export let valueStart: usize = 0;
/** End of the value that was found last. */
export let valueEnd: usize = 0;
/** Whether white space was trimmed from it. */
export let wasTrimmed: bool = false;

/** End of the scanned bytes, and of the memory for decoded values. */
let limit: usize = 0;
let scratchLimit: usize = 0;
let scratch: usize = 0;

/** Sets the end of the bytes. A 0 must follow them, which stops every loop. */
export function setTextLimits(bytesEnd: usize, roomEnd: usize): void {
  limit = bytesEnd;
  scratchLimit = roomEnd;
}

/** Discards the decoded values. */
export function clearDecoded(): void {
  scratch = limit + 1;
}

/** Texts, which end at a `<`, and attribute values, which end at a `"`. */
export class Text {
  /**
   * Reads a value that begins at `start`; returns the position of its end mark, or FAILED. If it is to be kept, finds it decoded
   * and trimmed; otherwise only checks it.
   */
  @inline
  static read(isText: bool, start: usize, isKept: bool): usize {
    const at = Text.plainEnd(isText, start);
    if (at === FAILED) return FAILED;
    if (load<u8>(at) === AMPERSAND)
      return isKept ? decodedValue(isText, start, at) : passReferences(isText, at);
    if (isKept) Text.setValue(start, at);
    return at;
  }

  /** Position of the next reference or end mark, or FAILED. */
  @inline
  static plainEnd(isText: bool, from: usize): usize {
    const special = i8x16.splat(isText ? CLOSE_BRACKET : QUOTE);
    let at = from;
    while (true) {
      const bytes = v128.load(at);
      const marks = v128.or(i8x16.eq(bytes, i8x16.splat(LT)), i8x16.eq(bytes, i8x16.splat(AMPERSAND)));
      const others = v128.or(i8x16.eq(bytes, special), i8x16.eq(bytes, i8x16.splat(LEAD_EF)));
      const controls = i8x16.lt_u(bytes, i8x16.splat(SPACE));
      const found = i8x16.bitmask(v128.or(v128.or(marks, others), controls));
      if (found === 0) {
        at += 16;
        continue;
      }
      at += ctz(found);
      const byte = load<u8>(at);
      if (byte === (isText ? LT : QUOTE) || byte === AMPERSAND) return at;
      if (!isAllowed(isText, at)) return FAILED;
      at++;
    }
  }

  @inline
  static setValue(start: usize, end: usize): void {
    if (start < end && Text.isVisible(load<u8>(start)) && Text.isVisible(load<u8>(end - 1))) {
      valueStart = start;
      valueEnd = end;
      wasTrimmed = false;
    } else {
      valueStart = trimmedStart(start, end);
      valueEnd = trimmedEnd(valueStart, end);
      wasTrimmed = valueEnd - valueStart !== end - start;
    }
  }

  /** Whether a byte is an ASCII character other than white space and control characters. */
  @inline
  static isVisible(byte: u32): bool {
    return byte - (SPACE + 1) < <u32>DELETE - (SPACE + 1);
  }
}

/**
 * Whether a special byte is allowed there. In text: white space, or a `]` not followed by `]>`. Anywhere: the
 * first byte of a character other than U+FFFE and U+FFFF.
 */
function isAllowed(isText: bool, at: usize): bool {
  const byte = load<u8>(at);
  if (byte === NEWLINE || byte === TAB) return isText;
  if (byte === CLOSE_BRACKET) return load<u8>(at + 1) !== CLOSE_BRACKET || load<u8>(at + 2) !== GT;
  return byte === LEAD_EF && !(load<u8>(at + 1) === 0xbf && load<u8>(at + 2) >= 0xbe);
}

/** Checks the rest of a value, from its first reference; returns the position of its end mark, or FAILED. */
function passReferences(isText: bool, from: usize): usize {
  let at = from;
  while (at !== FAILED && load<u8>(at) === AMPERSAND) {
    if (readReference(at, limit) === 0) return FAILED;
    at = nextSpecial(isText, referenceEnd);
  }
  return at;
}

function nextSpecial(isText: bool, from: usize): usize {
  return isText ? Text.plainEnd(true, from) : Text.plainEnd(false, from);
}

/** Decodes a value that contains references; `[start, end)` precedes the first one. */
function decodedValue(isText: bool, start: usize, end: usize): usize {
  const begin = scratch;
  const endMark = isText ? LT : QUOTE;
  let from = start;
  let to = end;
  while (true) {
    if (scratch + (to - from) + LONGEST_CHARACTER > scratchLimit) return FAILED;
    Bytes.copy(scratch, from, to - from);
    scratch += to - from;
    if (load<u8>(to) === endMark) break;
    const code = readReference(to, limit);
    if (code === 0) return FAILED;
    scratch = writeUtf8(scratch, code);
    from = referenceEnd;
    to = nextSpecial(isText, from);
    if (to === FAILED) return FAILED;
  }
  Text.setValue(begin, scratch);
  return to;
}
