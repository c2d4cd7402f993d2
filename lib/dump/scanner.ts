import type { Layout } from "./layout.ts";
import { type Reference, readReference, writeUtf8 } from "./references.ts";
import {
  compileScanPlan,
  type Jump,
  type NameTable,
  NOT_KEPT,
  type ScanAttribute,
  type ScanElement,
} from "./scan_plan.ts";
import { NONE, type Tape } from "./tape.ts";
import { trimmedEnd, trimmedStart } from "./utf8_trim.ts";

/** That the scanner is not made for what it met: the record is for the authority. */
export const NOT_SCANNED = -1;
/** That nothing of a record was jumped over. */
const NO_JUMP = 0;

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
/** Texts of up to so many bytes are copied byte by byte: a call would take longer. */
const LONGEST_IN_BYTES = 64;

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
 * the same values. The exception are the subtrees that a scan plan jumps over: of those it looks for the end alone.
 *
 * The tape's bytes must be valid UTF-8. Values stay where they are; decoded ones are written behind the bytes.
 */
export class Scanner {
  readonly #outside: ScanElement;
  readonly #jumps: NameTable<Jump>;
  /** How a line begins that begins with a record. */
  readonly #mark: Buffer;
  readonly #tape: Tape;
  #bytes: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #limit = 0;
  #canJump = true;
  #recordStart = 0;
  #jumpLimit = NO_JUMP;
  #scratch = 0;
  readonly #reference: Reference = { code: 0, end: 0 };
  #valueStart = 0;
  #valueEnd = 0;

  // The open elements, outermost first, without the innermost one.
  readonly #elements: ScanElement[] = [];
  readonly #nodes = new Int32Array(MAX_DEPTH);

  // The open elements of what is passed over.
  readonly #nameStarts = new Int32Array(MAX_DEPTH);
  readonly #nameEnds = new Int32Array(MAX_DEPTH);

  // The attributes of the tag at hand, to find one that is given twice.
  readonly #attributeStarts = new Int32Array(MAX_ATTRIBUTES);
  readonly #attributeEnds = new Int32Array(MAX_ATTRIBUTES);

  constructor(layout: Layout, tape: Tape) {
    const { outside, jumps } = compileScanPlan(layout);
    this.#outside = outside;
    this.#jumps = jumps;
    this.#mark = Buffer.from(`\n<${layout.entity}`);
    this.#tape = tape;
  }

  /** Takes up the first `length` bytes of the tape; those behind them are room for decoded values. */
  begin(length: number): void {
    const { bytes } = this.#tape;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    // Stops every loop: it is neither text nor part of a name.
    bytes[length] = 0;
    this.#limit = length;
    this.#canJump = !hasHidingPlaces(bytes.subarray(0, length));
  }

  /**
   * Where the record that was scanned last has to end, because something of it was jumped over: where a line begins with
   * the next record. What lies before was not looked at and may be more than a part of this one. 0 = nothing was.
   */
  get jumpLimit(): number {
    return this.#jumpLimit;
  }

  /**
   * Adds the record that begins at `start` to the tape and returns where it ends, or NOT_SCANNED; the tape then holds
   * a part of it.
   */
  scan(start: number): number {
    const bytes = this.#bytes;
    const view = this.#view;
    const tape = this.#tape;
    const elements = this.#elements;
    const nodes = this.#nodes;
    this.#scratch = this.#limit + 1;
    this.#recordStart = start;
    this.#jumpLimit = NO_JUMP;
    if (bytes[start] !== LT) return NOT_SCANNED;
    let depth = 0;
    let element = this.#outside;
    let node = NONE;
    let previous: ScanElement | undefined;
    let at = start;
    do {
      if (bytes[at] !== LT) {
        at = this.#passValue(PLAIN_TEXT, LT, at);
        if (at === NOT_SCANNED) return NOT_SCANNED;
      }
      if (bytes[at + 1] === SLASH) {
        if (!element.endTag.isAt(view, at)) return NOT_SCANNED;
        at += element.endTag.length;
        depth--;
        previous = element;
        element = elements[depth] as ScanElement;
        node = nodes[depth] as number;
        continue;
      }
      let child = previous === undefined ? element.firstChild : previous.follower;
      let nameEnd = child === undefined ? 0 : at + child.startTag.length;
      if (child === undefined || !child.startTag.isAt(view, at) || NAME[bytes[nameEnd] as number] !== 0) {
        nameEnd = this.#nameEnd(at + 1);
        child = element.children.find(bytes, at + 1, nameEnd);
        if (child === undefined) {
          at = depth === 0 ? NOT_SCANNED : this.#pass(at, nameEnd, depth);
          if (at === NOT_SCANNED) return NOT_SCANNED;
          continue;
        }
        if (previous === undefined) element.firstChild = child;
        else previous.follower = child;
      }
      previous = child;
      at = nameEnd;
      const childNode = child.nodeSlot === NOT_KEPT ? node : tape.node(child.nodeSlot);
      if (bytes[at] === SPACE) {
        at = this.#attributes(at, child, childNode);
        if (at === NOT_SCANNED) return NOT_SCANNED;
      }
      const isEmpty = bytes[at] === SLASH;
      if (isEmpty) at++;
      if (bytes[at] !== GT) return NOT_SCANNED;
      at++;
      if (child.textSlot !== NOT_KEPT) {
        if (isEmpty) tape.range(child.textSlot, childNode, 0, 0);
        else {
          at = this.#keptValue(PLAIN_TEXT, LT, at);
          if (at === NOT_SCANNED || !child.endTag.isAt(view, at)) return NOT_SCANNED;
          at += child.endTag.length;
          tape.range(child.textSlot, childNode, this.#valueStart, this.#valueEnd);
        }
      } else if (!isEmpty) {
        elements[depth] = element;
        nodes[depth] = node;
        depth++;
        element = child;
        node = childNode;
        previous = undefined;
      }
    } while (depth > 0);
    return at;
  }

  /** Passes over the element whose tag begins at `at`, of which nothing is kept; returns where it ends. */
  #pass(at: number, nameEnd: number, depth: number): number {
    const jump = this.#canJump && depth === 1 ? this.#jumps.find(this.#bytes, at + 1, nameEnd) : undefined;
    return jump === undefined ? this.#passElement(at, depth) : this.#jump(jump, nameEnd);
  }

  /**
   * Looks for the end of an element whose content nobody wants. An element of the same name inside of it, or another
   * form of end tag, leads to a tag that does not match.
   */
  #jump({ part, distance, endTag }: Jump, nameEnd: number): number {
    const bytes = this.#bytes;
    let at = bytes[nameEnd] === SPACE ? this.#attributes(nameEnd, undefined, NONE) : nameEnd;
    if (at === NOT_SCANNED) return NOT_SCANNED;
    if (bytes[at] === SLASH) return bytes[at + 1] === GT ? at + 2 : NOT_SCANNED;
    if (bytes[at] !== GT) return NOT_SCANNED;
    if (this.#jumpLimit === NO_JUMP) this.#jumpLimit = this.#nextLine();
    const limit = this.#jumpLimit;
    const inside = at + 1;
    let found = inside;
    do {
      found = bytes.indexOf(part, found) + 1;
      if (found === 0 || found > limit) return NOT_SCANNED;
      at = found - 1 - distance;
    } while (at < inside || !endTag.isAt(this.#view, at));
    const end = at + endTag.length;
    return end < limit && bytes[end] === GT ? end + 1 : NOT_SCANNED;
  }

  /** Where the line begins that the next record begins; the end of the bytes when there is none. */
  #nextLine(): number {
    const at = this.#bytes.indexOf(this.#mark, this.#recordStart);
    return at < 0 || at >= this.#limit ? this.#limit : at + 1;
  }

  /** Checks an element and all that is in it. */
  #passElement(start: number, outerDepth: number): number {
    const bytes = this.#bytes;
    let depth = outerDepth;
    let at = start;
    do {
      if (bytes[at] !== LT) {
        at = this.#passValue(PLAIN_TEXT, LT, at);
        if (at === NOT_SCANNED) return NOT_SCANNED;
      }
      if (bytes[at + 1] === SLASH) {
        at = this.#afterPassedEndTag(at, --depth);
        if (at === NOT_SCANNED) return NOT_SCANNED;
        continue;
      }
      const nameStart = at + 1;
      at = this.#nameEnd(nameStart);
      if (at === nameStart || depth === MAX_DEPTH) return NOT_SCANNED;
      this.#nameStarts[depth] = nameStart;
      this.#nameEnds[depth] = at;
      if (bytes[at] === SPACE) {
        at = this.#attributes(at, undefined, NONE);
        if (at === NOT_SCANNED) return NOT_SCANNED;
      }
      if (bytes[at] === SLASH) at++;
      else depth++;
      if (bytes[at] !== GT) return NOT_SCANNED;
      at++;
    } while (depth > outerDepth);
    return at;
  }

  #afterPassedEndTag(tag: number, depth: number): number {
    const bytes = this.#bytes;
    const end = this.#nameEnds[depth] as number;
    let at = tag + 2;
    for (let i = this.#nameStarts[depth] as number; i < end; i++)
      if (bytes[i] !== bytes[at++]) return NOT_SCANNED;
    return bytes[at] === GT ? at + 1 : NOT_SCANNED;
  }

  /** Attributes, from the blank behind the element's name on; returns where the `>` or `/` should be. */
  #attributes(from: number, element: ScanElement | undefined, node: number): number {
    const bytes = this.#bytes;
    const view = this.#view;
    let at = from;
    let seen = 0;
    let others = 0;
    let previous: ScanAttribute | undefined;
    while (bytes[at] === SPACE) {
      let attribute = previous === undefined ? element?.firstAttribute : previous.follower;
      if (attribute?.text.isAt(view, at)) at += attribute.text.length;
      else {
        while (bytes[at] === SPACE) at++;
        const start = at;
        at = this.#nameEnd(start);
        if (at === start) break;
        if (bytes[at] !== EQUALS || bytes[at + 1] !== QUOTE) return NOT_SCANNED;
        attribute = element?.attributes.find(bytes, start, at);
        if (attribute === undefined) {
          if (!this.#isNewAttribute(start, at, others++)) return NOT_SCANNED;
          at = this.#passValue(PLAIN_VALUE, QUOTE, at + 2);
          if (at === NOT_SCANNED) return NOT_SCANNED;
          at++;
          continue;
        }
        if (previous !== undefined) previous.follower = attribute;
        else if (element !== undefined) element.firstAttribute = attribute;
        at += 2;
      }
      if ((seen & attribute.bit) !== 0) return NOT_SCANNED;
      seen |= attribute.bit;
      at = this.#keptValue(PLAIN_VALUE, QUOTE, at);
      if (at === NOT_SCANNED) return NOT_SCANNED;
      this.#tape.range(attribute.slot, node, this.#valueStart, this.#valueEnd);
      at++;
      previous = attribute;
    }
    return at;
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

  /** Checks a text or value that is not kept; returns where its end mark is. */
  #passValue(plain: Uint8Array, endMark: number, start: number): number {
    const bytes = this.#bytes;
    let at = this.#plainEnd(plain, endMark, start);
    while (at !== NOT_SCANNED && bytes[at] === AMPERSAND) {
      if (!readReference(bytes, at, this.#limit, this.#reference)) return NOT_SCANNED;
      at = this.#plainEnd(plain, endMark, this.#reference.end);
    }
    return at;
  }

  /** Finds the value that begins at `start`, decoded and trimmed; returns where its end mark is. */
  #keptValue(plain: Uint8Array, endMark: number, start: number): number {
    const bytes = this.#bytes;
    const at = this.#plainEnd(plain, endMark, start);
    if (at === NOT_SCANNED) return NOT_SCANNED;
    if (bytes[at] === AMPERSAND) return this.#decodedValue(plain, endMark, start, at);
    this.#setValue(start, at);
    return at;
  }

  /** The same for a value with references: what stands before the first one is `bytes[start, at)`. */
  #decodedValue(plain: Uint8Array, endMark: number, start: number, at: number): number {
    const bytes = this.#bytes;
    const begin = this.#scratch;
    let from = start;
    let to = at;
    for (;;) {
      if (this.#scratch + (to - from) + 4 > bytes.length) return NOT_SCANNED;
      this.#scratch = this.#copy(from, to);
      if (bytes[to] === endMark) break;
      if (!readReference(bytes, to, this.#limit, this.#reference)) return NOT_SCANNED;
      this.#scratch = writeUtf8(bytes, this.#scratch, this.#reference.code);
      from = this.#reference.end;
      to = this.#plainEnd(plain, endMark, from);
      if (to === NOT_SCANNED) return NOT_SCANNED;
    }
    this.#setValue(begin, this.#scratch);
    return to;
  }

  /** Copies `bytes[from, to)` behind what was decoded; returns where the copy ends. */
  #copy(from: number, to: number): number {
    const bytes = this.#bytes;
    const begin = this.#scratch;
    const end = begin + to - from;
    if (to - from > LONGEST_IN_BYTES) bytes.copyWithin(begin, from, to);
    else for (let at = begin, source = from; at < end; ) bytes[at++] = bytes[source++] as number;
    return end;
  }

  /** Where the next reference or the end mark is. */
  #plainEnd(plain: Uint8Array, endMark: number, from: number): number {
    const bytes = this.#bytes;
    let at = from;
    for (;;) {
      while (plain[bytes[at] as number] === 1) at++;
      const byte = bytes[at];
      if (byte === endMark || byte === AMPERSAND) return at;
      if (!isAllowed(bytes, at)) return NOT_SCANNED;
      at++;
    }
  }

  #setValue(start: number, end: number): void {
    const bytes = this.#bytes;
    const isTrimmed = start < end && isVisible(bytes[start] as number) && isVisible(bytes[end - 1] as number);
    this.#valueStart = isTrimmed ? start : trimmedStart(bytes, start, end);
    this.#valueEnd = isTrimmed ? end : trimmedEnd(bytes, this.#valueStart, end);
  }
}

/** Whether a byte is an ASCII character other than white space and control characters. */
function isVisible(byte: number): boolean {
  return byte > SPACE && byte < 0x7f;
}

/** Whether a special byte may stand in text or value: a `]` without `]>` behind it, or no U+FFFE and U+FFFF. */
function isAllowed(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] === CLOSE_BRACKET) return bytes[at + 1] !== CLOSE_BRACKET || bytes[at + 2] !== GT;
  return bytes[at] === LEAD_EF && !(bytes[at + 1] === 0xbf && (bytes[at + 2] as number) >= 0xbe);
}

/** Whether there may be a comment, a CDATA section or a processing instruction, in which an end tag is none. */
function hasHidingPlaces(bytes: Buffer): boolean {
  return bytes.includes("!--") || bytes.includes("![CDATA[") || bytes.includes("?>");
}
