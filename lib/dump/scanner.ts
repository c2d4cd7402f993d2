import type { Layout } from "./layout.ts";
import { type Reference, readReference, writeUtf8 } from "./references.ts";
import { compileScanRecord, type NameTable, NOT_KEPT, type ScanElement } from "./scan_plan.ts";
import { NONE, type Tape } from "./tape.ts";
import { trimmedEnd, trimmedStart } from "./utf8_trim.ts";

/** That the scanner is not made for what it met: the record is for the authority. */
export const NOT_SCANNED = -1;

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const SPACE = 0x20;
const CLOSE_BRACKET = 0x5d;
/** First byte of U+F000 to U+FFFF, of which U+FFFE and U+FFFF are no characters. */
const LEAD_EF = 0xef;
const MAX_DEPTH = 64;
const MAX_ATTRIBUTES = 16;

/** 1 = a byte that can be passed over in text (0 for `<`, `&`, `]`, 0xEF, CR and control characters). */
const PLAIN_TEXT = table(
  (byte) => byte >= SPACE || byte === 0x09 || byte === 0x0a,
  [LT, AMPERSAND, CLOSE_BRACKET, LEAD_EF],
);
/** 1 = a byte that can be passed over in an attribute value in double quotes. */
const PLAIN_VALUE = table((byte) => byte >= SPACE, [LT, AMPERSAND, QUOTE, LEAD_EF]);
/** 1 = an ASCII byte that may stand in a name, 2 = that may also begin one. */
const NAME = new Uint8Array(256).map((_, byte) => {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z_:]/.test(character)) return 2;
  return /[0-9.-]/.test(character) ? 1 : 0;
});

function table(isPlain: (byte: number) => boolean, special: readonly number[]): Uint8Array {
  return new Uint8Array(256).map((_, byte) => (isPlain(byte) && !special.includes(byte) ? 1 : 0));
}

/**
 * Reads records of the XML that the dumps use straight from the bytes: elements, attributes in double quotes, text,
 * the five named references and character references. It checks all of it (names nest, no attribute twice, no
 * character that XML forbids), and gives up on everything else, so that what it accepts is what saxes accepts, with
 * the same values.
 *
 * The bytes must be valid UTF-8. Values stay where they are; decoded ones are written behind the bytes: `bytes` must
 * have room for them from `scratch` on.
 */
export class Scanner {
  readonly #records: NameTable<ScanElement>;
  #bytes: Uint8Array = new Uint8Array(0);
  #limit = 0;
  #position = 0;
  #scratch = 0;
  #tape: Tape | undefined;
  readonly #reference: Reference = { code: 0, end: 0 };
  #valueStart = 0;
  #valueEnd = 0;

  // The open elements.
  #depth = 0;
  readonly #nameStarts = new Int32Array(MAX_DEPTH);
  readonly #nameEnds = new Int32Array(MAX_DEPTH);
  readonly #elements: ScanElement[] = [];
  readonly #nodes = new Int32Array(MAX_DEPTH);

  // The attributes of the tag at hand, to find one that is given twice.
  readonly #attributeStarts = new Int32Array(MAX_ATTRIBUTES);
  readonly #attributeEnds = new Int32Array(MAX_ATTRIBUTES);

  constructor(layout: Layout) {
    this.#records = compileScanRecord(layout);
  }

  /**
   * Adds the record that begins at `start` to the tape and returns where it ends, or NOT_SCANNED; the tape then holds
   * a part of it.
   */
  scan(bytes: Buffer, start: number, limit: number, scratch: number, tape: Tape): number {
    this.#bytes = bytes;
    this.#limit = limit;
    this.#position = start;
    this.#scratch = scratch;
    this.#tape = tape;
    this.#depth = 0;
    if (bytes[start] !== LT || !this.#open()) return NOT_SCANNED;
    while (this.#depth > 0) if (!this.#content()) return NOT_SCANNED;
    return this.#position;
  }

  /** Text up to the next tag, and that tag. */
  #content(): boolean {
    const element = this.#elements[this.#depth - 1] as ScanElement;
    const isKept = element.textSlot !== NOT_KEPT;
    if (!(isKept ? this.#keptValue(PLAIN_TEXT, LT) : this.#passValue(PLAIN_TEXT, LT))) return false;
    if (this.#bytes[this.#position + 1] === SLASH) return this.#close(element);
    return !isKept && this.#open();
  }

  #open(): boolean {
    const bytes = this.#bytes;
    const depth = this.#depth;
    const start = this.#position + 1;
    const end = this.#nameEnd(start);
    const names = depth === 0 ? this.#records : (this.#elements[depth - 1] as ScanElement).children;
    const element = names.find(bytes, start, end);
    if (element === undefined) return depth > 0 && this.#pass(start);
    if (depth === MAX_DEPTH) return false;
    const outerNode = depth === 0 ? NONE : (this.#nodes[depth - 1] as number);
    const node = element.nodeSlot === NOT_KEPT ? outerNode : (this.#tape as Tape).node(element.nodeSlot);
    this.#elements[depth] = element;
    this.#nodes[depth] = node;
    this.#nameStarts[depth] = start;
    this.#nameEnds[depth] = end;
    this.#position = end;
    if (bytes[end] === SPACE && !this.#attributes(element, node)) return false;
    if (!this.#openEnd()) return false;
    if (this.#depth === depth && element.textSlot !== NOT_KEPT)
      (this.#tape as Tape).range(element.textSlot, node, 0, 0);
    return true;
  }

  /** Passes over an element of which nothing is kept, from its name on. */
  #pass(start: number): boolean {
    const depth = this.#depth;
    this.#position = this.#passStartTag(start);
    return this.#position !== NOT_SCANNED && (this.#depth === depth || this.#passElement());
  }

  /** Passes over the content and the end of the innermost open element. Most of a dump is such elements. */
  #passElement(): boolean {
    const bytes = this.#bytes;
    const outside = this.#depth - 1;
    let at = this.#position;
    while (this.#depth > outside) {
      at = this.#plainEnd(PLAIN_TEXT, LT, at);
      if (at === NOT_SCANNED) return false;
      if (bytes[at] === AMPERSAND) {
        if (!readReference(bytes, at, this.#limit, this.#reference)) return false;
        at = this.#reference.end;
        continue;
      }
      at = bytes[at + 1] === SLASH ? this.#passEndTag(at + 2) : this.#passStartTag(at + 1);
      if (at === NOT_SCANNED) return false;
    }
    this.#position = at;
    return true;
  }

  #passEndTag(name: number): number {
    const bytes = this.#bytes;
    const depth = --this.#depth;
    const end = this.#nameEnds[depth] as number;
    let at = name;
    for (let i = this.#nameStarts[depth] as number; i < end; i++)
      if (bytes[i] !== bytes[at++]) return NOT_SCANNED;
    return bytes[at] === GT && at < this.#limit ? at + 1 : NOT_SCANNED;
  }

  #passStartTag(start: number): number {
    const depth = this.#depth;
    const end = this.#nameEnd(start);
    if (end === start || depth === MAX_DEPTH) return NOT_SCANNED;
    this.#nameStarts[depth] = start;
    this.#nameEnds[depth] = end;
    if (this.#bytes[end] === GT) {
      this.#depth = depth + 1;
      return end + 1;
    }
    this.#position = end;
    const isOpened = this.#attributes(undefined, NONE) && this.#openEnd();
    return isOpened ? this.#position : NOT_SCANNED;
  }

  /** `>`, which opens the element, or `/>`. */
  #openEnd(): boolean {
    const byte = this.#bytes[this.#position];
    if (byte === GT) {
      this.#depth++;
      this.#position++;
      return true;
    }
    if (byte !== SLASH || this.#bytes[this.#position + 1] !== GT) return false;
    this.#position += 2;
    return this.#position <= this.#limit;
  }

  #close(element: ScanElement): boolean {
    const bytes = this.#bytes;
    const depth = this.#depth - 1;
    const nameStart = this.#nameStarts[depth] as number;
    const length = (this.#nameEnds[depth] as number) - nameStart;
    const at = this.#position + 2;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== bytes[nameStart + i]) return false;
    if (bytes[at + length] !== GT || at + length >= this.#limit) return false;
    if (element.textSlot !== NOT_KEPT) this.#emit(element.textSlot, this.#nodes[depth] as number);
    this.#depth = depth;
    this.#position = at + length + 1;
    return true;
  }

  /** Attributes, from the blank behind the element's name up to `>` or `/`. */
  #attributes(element: ScanElement | undefined, node: number): boolean {
    const bytes = this.#bytes;
    const isKept = element !== undefined && !element.attributes.isEmpty;
    let count = 0;
    while (bytes[this.#position] === SPACE) {
      const start = this.#afterBlanks();
      const end = this.#nameEnd(start);
      if (end === start) break;
      if (bytes[end] !== EQUALS || bytes[end + 1] !== QUOTE || !this.#isNewAttribute(start, end, count++))
        return false;
      this.#position = end + 2;
      const slot = isKept ? element.attributes.find(bytes, start, end) : undefined;
      if (!(slot === undefined ? this.#passValue(PLAIN_VALUE, QUOTE) : this.#keptValue(PLAIN_VALUE, QUOTE)))
        return false;
      if (slot !== undefined) this.#emit(slot, node);
      this.#position++;
    }
    return true;
  }

  #afterBlanks(): number {
    while (this.#bytes[this.#position] === SPACE) this.#position++;
    return this.#position;
  }

  #isNewAttribute(start: number, end: number, count: number): boolean {
    if (count === MAX_ATTRIBUTES) return false;
    for (let i = 0; i < count; i++)
      if (this.#isSameName(this.#attributeStarts[i] as number, this.#attributeEnds[i] as number, start, end))
        return false;
    this.#attributeStarts[count] = start;
    this.#attributeEnds[count] = end;
    return true;
  }

  #isSameName(start: number, end: number, otherStart: number, otherEnd: number): boolean {
    if (end - start !== otherEnd - otherStart) return false;
    for (let i = 0; i < end - start; i++)
      if (this.#bytes[start + i] !== this.#bytes[otherStart + i]) return false;
    return true;
  }

  /** End of the name at `start`; `start` itself when none begins there. */
  #nameEnd(start: number): number {
    const bytes = this.#bytes;
    if (NAME[bytes[start] as number] !== 2) return start;
    let end = start + 1;
    while (NAME[bytes[end] as number] !== 0) end++;
    return end;
  }

  /** Checks a text or value that is not kept and stops at its end mark. */
  #passValue(plain: Uint8Array, endMark: number): boolean {
    let at = this.#plainEnd(plain, endMark, this.#position);
    while (at !== NOT_SCANNED && this.#bytes[at] === AMPERSAND) {
      if (!readReference(this.#bytes, at, this.#limit, this.#reference)) return false;
      at = this.#plainEnd(plain, endMark, this.#reference.end);
    }
    this.#position = at;
    return at !== NOT_SCANNED;
  }

  /** Finds the value that begins at the position, decoded and trimmed, and stops at its end mark. */
  #keptValue(plain: Uint8Array, endMark: number): boolean {
    const start = this.#position;
    const at = this.#plainEnd(plain, endMark, start);
    if (at === NOT_SCANNED) return false;
    if (this.#bytes[at] === AMPERSAND) return this.#decodedValue(plain, endMark, start, at);
    this.#setValue(start, at);
    this.#position = at;
    return true;
  }

  /** The same for a value with references: what stands before the first one is `bytes[start, at)`. */
  #decodedValue(plain: Uint8Array, endMark: number, start: number, at: number): boolean {
    const bytes = this.#bytes;
    const begin = this.#scratch;
    let from = start;
    let to = at;
    for (;;) {
      if (this.#scratch + (to - from) + 4 > bytes.length) return false;
      bytes.copyWithin(this.#scratch, from, to);
      this.#scratch += to - from;
      if (bytes[to] === endMark) break;
      if (!readReference(bytes, to, this.#limit, this.#reference)) return false;
      this.#scratch = writeUtf8(bytes, this.#scratch, this.#reference.code);
      from = this.#reference.end;
      to = this.#plainEnd(plain, endMark, from);
      if (to === NOT_SCANNED) return false;
    }
    this.#setValue(begin, this.#scratch);
    this.#position = to;
    return true;
  }

  /** Where the next reference or the end mark is. */
  #plainEnd(plain: Uint8Array, endMark: number, from: number): number {
    const bytes = this.#bytes;
    let at = from;
    for (;;) {
      while (plain[bytes[at] as number] === 1) at++;
      if (at >= this.#limit) return NOT_SCANNED;
      const byte = bytes[at];
      if (byte === endMark || byte === AMPERSAND) return at;
      if (!this.#isAllowed(at)) return NOT_SCANNED;
      at++;
    }
  }

  /** Whether a special byte may stand in text or value: a `]` without `]>` behind it, or no U+FFFE and U+FFFF. */
  #isAllowed(at: number): boolean {
    const bytes = this.#bytes;
    if (bytes[at] === CLOSE_BRACKET) return bytes[at + 1] !== CLOSE_BRACKET || bytes[at + 2] !== GT;
    return bytes[at] === LEAD_EF && !(bytes[at + 1] === 0xbf && (bytes[at + 2] as number) >= 0xbe);
  }

  #setValue(start: number, end: number): void {
    this.#valueStart = trimmedStart(this.#bytes, start, end);
    this.#valueEnd = trimmedEnd(this.#bytes, this.#valueStart, end);
  }

  #emit(slot: number, node: number): void {
    (this.#tape as Tape).range(slot, node, this.#valueStart, this.#valueEnd);
  }
}
