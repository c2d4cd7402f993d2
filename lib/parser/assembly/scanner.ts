import { find, isSame, Name, nameEnd } from "./names";
import { Attribute, Element, Jump } from "./plan";
import { NONE, Tape } from "./tape";
import {
  clearDecoded,
  FAILED,
  LT,
  passValue,
  QUOTE,
  setTextLimits,
  Text,
  valueEnd,
  valueStart,
} from "./text";

// Reads records of the XML that the dumps use straight from the bytes: elements, attributes in double quotes, text, the
// five named references and character references. It checks all of it (names nest, no attribute twice, no character
// that XML forbids, nothing that is not known, no text where there should be none), and gives up on everything else, so
// that what it accepts is what saxes accepts, with the same values. The exception are the subtrees that are jumped over: of those it looks for the end alone.

const TAB: u8 = 0x09;
const NEWLINE: u8 = 0x0a;
const SPACE: u8 = 0x20;
const EQUALS: u8 = 0x3d;
const GT: u8 = 0x3e;
const SLASH: u8 = 0x2f;
const MAX_DEPTH = 64;
const MAX_ATTRIBUTES = 16;
/** That nothing of a record was jumped over. */
const NO_JUMP: usize = 0;

// The open elements, outermost first, without the innermost one, and the nodes that they stand in.
const elements = new StaticArray<Element>(MAX_DEPTH);
const nodes = new StaticArray<i32>(MAX_DEPTH);
// Which children each has had that may not be repeated, as their bits.
const seenChildren = new StaticArray<u32>(MAX_DEPTH);

/** A name where it stands. */
@unmanaged
class Span {
  start: usize;
  length: usize;

  /** One of some that stand one behind the other. */
  @inline
  static of(spans: usize, index: i32): Span {
    return changetype<Span>(spans + <usize>index * offsetof<Span>());
  }
}

/** The names of the open elements of what is passed over. */
const openNames = memory.data(MAX_DEPTH * 8);
/** The names of the attributes of the tag at hand, to find one that is given twice. */
const attributeNames = memory.data(MAX_ATTRIBUTES * 8);

/** Not an element: what stands around a record, with the record element as its only child. */
let outside: Element = changetype<Element>(0);
let jumps: usize = 0;
/** How a line begins that begins with a record. */
let mark: usize = 0;
let markLength: usize = 0;

let limit: usize = 0;
let canJump: bool = false;
let recordStart: usize = 0;

/**
 * Where the record that was scanned last has to end, because something of it was jumped over: where a line begins with
 * the next record. What lies before was not looked at and may be more than a part of this one. 0 = nothing was.
 */
export let jumpLimit: usize = NO_JUMP;

/** Sets what is kept, what is jumped over, and the mark at which a line begins with a record. */
export function startScanner(plan: Element, jumpList: usize, markStart: usize, markBytes: usize): void {
  outside = plan;
  jumps = jumpList;
  mark = markStart;
  markLength = markBytes;
}

/** Takes up bytes up to `end`, and the memory behind them, up to `roomEnd`, for decoded values. */
export function beginBlock(end: usize, roomEnd: usize, mayJump: bool): void {
  store<u8>(end, 0);
  limit = end;
  canJump = mayJump;
  setTextLimits(end, roomEnd);
}

/** Puts the record that begins at `start` on the tape and returns where it ends; FAILED: not one for the scanner. */
export function scanRecord(start: usize): usize {
  Tape.clear();
  clearDecoded();
  recordStart = start;
  jumpLimit = NO_JUMP;
  if (load<u8>(start) !== LT || load<u8>(start + 1) === SLASH) return FAILED;
  let depth = 0;
  let element = outside;
  let node = NONE;
  let seen: u32 = 0;
  let previous: Element | null = null;
  let at = start;
  do {
    if (load<u8>(at) !== LT) {
      at = element.hasText !== 0 ? passValue(true, at) : blankEnd(at);
      if (at === FAILED) return FAILED;
    }
    if (load<u8>(at + 1) === SLASH) {
      if (!element.endTag.isAt(at)) return FAILED;
      at += element.endTag.length;
      depth--;
      previous = element;
      element = unchecked(elements[depth]);
      node = unchecked(nodes[depth]);
      seen = unchecked(seenChildren[depth]);
      continue;
    }
    let child = previous === null ? element.firstChild : previous.follower;
    if (child === null || !child.isAt(at) || Name.goesOn(at + child.length)) {
      child = findChild(element, at);
      if (child === null) {
        const jump = depth === 1 ? findJump(at) : null;
        if (jump === null || (seen & jump.onceBit) !== 0) return FAILED;
        seen |= jump.onceBit;
        at = pass(jump, at);
        if (at === FAILED) return FAILED;
        continue;
      }
      if (previous === null) element.firstChild = child;
      else previous.follower = child;
    }
    if ((seen & child.onceBit) !== 0) return FAILED;
    seen |= child.onceBit;
    previous = child;
    at += child.length;
    const childNode = child.nodeSlot === NONE ? node : Tape.add(child.nodeSlot, NONE, 0, 0);
    if (load<u8>(at) === SPACE) {
      at = attributes(at, child, childNode);
      if (at === FAILED) return FAILED;
    }
    const isEmpty = load<u8>(at) === SLASH;
    if (isEmpty) at++;
    if (load<u8>(at) !== GT) return FAILED;
    at++;
    if (child.textSlot !== NONE) {
      if (isEmpty) Tape.add(child.textSlot, childNode, 0, 0);
      else {
        at = Text.keep(true, at);
        if (at === FAILED || !child.endTag.isAt(at)) return FAILED;
        at += child.endTag.length;
        Tape.add(child.textSlot, childNode, valueStart, valueEnd);
      }
    } else if (!isEmpty) {
      elements[depth] = element;
      nodes[depth] = node;
      seenChildren[depth] = seen;
      seen = 0;
      depth++;
      element = child;
      node = childNode;
      previous = null;
    }
  } while (depth > 0);
  return at;
}

function findChild(element: Element, at: usize): Element | null {
  let list = element.children;
  let child = load<usize>(list);
  while (child !== 0) {
    const candidate = changetype<Element>(child);
    if (candidate.isAt(at) && !Name.goesOn(at + candidate.length)) return candidate;
    list += sizeof<usize>();
    child = load<usize>(list);
  }
  return null;
}

/** Where blanks end that begin at `at`; FAILED when that is not at a `<`. */
function blankEnd(from: usize): usize {
  let at = from;
  while (load<u8>(at) === SPACE || load<u8>(at) === NEWLINE || load<u8>(at) === TAB) at++;
  return load<u8>(at) === LT ? at : FAILED;
}

function findJump(at: usize): Jump | null {
  for (let list = jumps; load<usize>(list) !== 0; list += sizeof<usize>()) {
    const jump = changetype<Jump>(load<usize>(list));
    if (jump.isAt(at) && !Name.goesOn(at + jump.length)) return jump;
  }
  return null;
}

/** Passes over a child of the record that is not looked into and begins at `at`; returns where it ends. */
function pass(jump: Jump, at: usize): usize {
  const tagEnd = at + jump.length;
  // No attribute of it is known.
  if (load<u8>(tagEnd) === SPACE) return FAILED;
  return canJump ? jumpOver(jump, tagEnd) : passElement(at, 1);
}

/**
 * Looks for the end of an element whose content nobody wants. An element of the same name inside of it, or another
 * form of end tag, leads to a tag that does not match.
 */
function jumpOver(jump: Jump, tagEnd: usize): usize {
  let at = tagEnd;
  if (load<u8>(at) === SLASH) return load<u8>(at + 1) === GT ? at + 2 : FAILED;
  if (load<u8>(at) !== GT) return FAILED;
  if (jumpLimit === NO_JUMP) jumpLimit = nextLine();
  const inside = at + 1;
  let found = inside;
  do {
    found = find(jump.part, jump.partLength, found, jumpLimit);
    if (found === 0) return FAILED;
    at = found - jump.distance;
    found++;
  } while (at < inside || !jump.endTag.isAt(at));
  const end = at + jump.endTag.length;
  return end < jumpLimit && load<u8>(end) === GT ? end + 1 : FAILED;
}

/** Where the line begins that the next record begins; the end of the bytes when there is none. */
function nextLine(): usize {
  const at = find(mark, markLength, recordStart, limit);
  return at === 0 ? limit : at + 1;
}

/** Checks an element and all that is in it. */
function passElement(start: usize, outerDepth: i32): usize {
  let depth = outerDepth;
  let at = start;
  do {
    if (load<u8>(at) !== LT) {
      at = passValue(true, at);
      if (at === FAILED) return FAILED;
    }
    if (load<u8>(at + 1) === SLASH) {
      depth--;
      const name = Span.of(openNames, depth);
      if (!isSame(at + 2, name.start, name.length)) return FAILED;
      at += 2 + name.length;
      if (load<u8>(at++) !== GT) return FAILED;
      continue;
    }
    const nameStart = at + 1;
    at = nameEnd(nameStart);
    if (at === nameStart || depth === MAX_DEPTH) return FAILED;
    const name = Span.of(openNames, depth);
    name.start = nameStart;
    name.length = at - nameStart;
    if (load<u8>(at) === SPACE) {
      at = attributes(at, null, NONE);
      if (at === FAILED) return FAILED;
    }
    if (load<u8>(at) === SLASH) at++;
    else depth++;
    if (load<u8>(at) !== GT) return FAILED;
    at++;
  } while (depth > outerDepth);
  return at;
}

/** Attributes, from the blank behind the element's name on; returns where the `>` or `/` should be. */
function attributes(from: usize, element: Element | null, node: i32): usize {
  let at = from;
  let seen: u32 = 0;
  let others = 0;
  let previous: Attribute | null = null;
  while (load<u8>(at) === SPACE) {
    let attribute = previous !== null ? previous.follower : element !== null ? element.firstAttribute : null;
    if (attribute !== null && attribute.isAt(at)) at += attribute.length;
    else {
      while (load<u8>(at) === SPACE) at++;
      const start = at;
      at = nameEnd(start);
      if (at === start) break;
      if (load<u8>(at) !== EQUALS || load<u8>(at + 1) !== QUOTE) return FAILED;
      attribute = element === null ? null : findAttribute(element, start - 1);
      if (attribute === null) {
        // One that is not known, of an element that is looked into, is for the authority to count.
        if (element !== null) return FAILED;
        if (!isNewAttribute(start, at - start, others++)) return FAILED;
        at = passValue(false, at + 2);
        if (at === FAILED) return FAILED;
        at++;
        continue;
      }
      if (previous !== null) previous.follower = attribute;
      else if (element !== null) element.firstAttribute = attribute;
      at += 2;
    }
    if ((seen & attribute.bit) !== 0) return FAILED;
    seen |= attribute.bit;
    at = Text.keep(false, at);
    if (at === FAILED) return FAILED;
    if (attribute.slot !== NONE) Tape.add(attribute.slot, node, valueStart, valueEnd);
    at++;
    previous = attribute;
  }
  return at;
}

/** The attribute whose name stands behind the blank at `at`. */
function findAttribute(element: Element, at: usize): Attribute | null {
  for (let list = element.attributes; load<usize>(list) !== 0; list += sizeof<usize>()) {
    const candidate = changetype<Attribute>(load<usize>(list));
    if (candidate.isAt(at)) return candidate;
  }
  return null;
}

function isNewAttribute(start: usize, length: usize, count: i32): bool {
  if (count === MAX_ATTRIBUTES) return false;
  for (let i = 0; i < count; i++) {
    const other = Span.of(attributeNames, i);
    if (other.length === length && isSame(other.start, start, length)) return false;
  }
  const added = Span.of(attributeNames, count);
  added.start = start;
  added.length = length;
  return true;
}
