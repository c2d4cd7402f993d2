import { Attribute, Element } from "./structs";
import { Tag } from "./tags";
import { Tape } from "./tape";
import { FAILED, LT, setTextLimits, Text, valueEnd, valueStart, wasTrimmed } from "./text";
import { Trims } from "./trims";

// Reads records directly from the bytes, for the XML that the dumps use: elements, double-quoted attributes,
// text, the five named references and character references. It checks all of it (nesting of names, duplicate
// attributes, characters that XML forbids, unknown names, text where none is allowed) and gives up on
// everything else, so that whatever it accepts, saxes accepts too, with the same values.

const TAB: u8 = 0x09;
const NEWLINE: u8 = 0x0a;
const SPACE: u8 = 0x20;
const GT: u8 = 0x3e;
const SLASH: u8 = 0x2f;
const MAX_DEPTH = 64;

/** An open element around the innermost one. */
@unmanaged
class Outer {
  element: Element;
  /** The item that contains it. */
  item: usize;
  /** Bits of its non-repeatable children that were read. */
  seen: u32;
}

// The open elements, outermost first, excluding the innermost.
const OUTERMOST = memory.data(MAX_DEPTH * offsetof<Outer>());

/** Pseudo-element around a record, with the record element as its only child. */
let outside: Element = changetype<Element>(0);

/** Sets the known and kept paths. */
export function startScanner(around: Element): void {
  outside = around;
}

/** Takes the bytes up to `end`, and the memory after them up to `roomEnd` for decoded values. */
export function beginBlock(end: usize, roomEnd: usize): void {
  store<u8>(end, 0);
  setTextLimits(end, roomEnd);
}

/**
 * Puts the record that begins at `start` on the tape and returns where it ends; FAILED if the scanner cannot
 * read it.
 */
export function scanRecord(start: usize): usize {
  Tape.begin();
  if (load<u8>(start) !== LT || load<u8>(start + 1) === SLASH) return FAILED;
  let outer = OUTERMOST;
  let element = outside;
  let item = Tape.record;
  let seen: u32 = 0;
  let previous: Element | null = null;
  let at = start;
  do {
    if (load<u8>(at) !== LT) {
      at = blankEnd(at);
      if (at === FAILED) return FAILED;
    }
    if (load<u8>(at + 1) === SLASH) {
      if (!Tag.isAt(element.endTag, at)) return FAILED;
      at += element.endTag.length;
      outer -= offsetof<Outer>();
      previous = element;
      const open = changetype<Outer>(outer);
      element = open.element;
      item = open.item;
      seen = open.seen;
      continue;
    }
    let child = previous === null ? element.firstChild : previous.follower;
    if (child === null || !Tag.isNameAt(child, at)) {
      child = findChild(element, at);
      if (child === null) return FAILED;
      if (previous === null) element.firstChild = child;
      else previous.follower = child;
    }
    if ((seen & child.onceBit) !== 0) return FAILED;
    seen |= child.onceBit;
    at += child.length;
    const inner = child.scope === null ? item : itemOf(child, item, previous);
    previous = child;
    if (load<u8>(at) === SPACE) {
      at = attributes(at, child, inner);
      if (at === FAILED) return FAILED;
    }
    const isEmpty = load<u8>(at) === SLASH;
    if (isEmpty) at++;
    if (load<u8>(at) !== GT) return FAILED;
    at++;
    if (child.isText !== 0) {
      const field = child.text;
      if (isEmpty) {
        if (field !== 0) Tape.keep(inner, field, at, at);
      } else {
        at = Text.read(true, at, field !== 0);
        if (at === FAILED || !Tag.isAt(child.endTag, at)) return FAILED;
        at += child.endTag.length;
        if (field !== 0) {
          if (wasTrimmed) Trims.note(changetype<usize>(child) + offsetof<Element>("trimmed"));
          Tape.keep(inner, field, valueStart, valueEnd);
        }
      }
    } else if (!isEmpty) {
      const open = changetype<Outer>(outer);
      open.element = element;
      open.item = item;
      open.seen = seen;
      outer += offsetof<Outer>();
      seen = 0;
      element = child;
      item = inner;
      previous = null;
    }
  } while (outer > OUTERMOST);
  return at;
}

/**
 * Returns the item of an element (a new one, or the one begun by the preceding sibling), or else the item
 * that contains it.
 */
export function itemOf(element: Element, outer: usize, before: Element | null): usize {
  const scope = element.scope;
  if (scope === null) return outer;
  const leader = element.leader;
  return leader !== null && leader === before ? Tape.last(outer + scope.list) : Tape.add(scope, outer);
}

function findChild(element: Element, at: usize): Element | null {
  for (let list = element.children; load<usize>(list) !== 0; list += sizeof<usize>()) {
    const candidate = changetype<Element>(load<usize>(list));
    if (Tag.isNameAt(candidate, at)) return candidate;
  }
  return null;
}

/** End of the white space that begins at `at`; FAILED unless a `<` follows. */
function blankEnd(from: usize): usize {
  let at = from;
  while (load<u8>(at) === SPACE || load<u8>(at) === NEWLINE || load<u8>(at) === TAB) at++;
  return load<u8>(at) === LT ? at : FAILED;
}

/**
 * Reads attributes, starting at the white space after the element's name; returns where the `>` or `/` should
 * be.
 */
function attributes(from: usize, element: Element, item: usize): usize {
  let at = from;
  let seen: u32 = 0;
  let previous: Attribute | null = null;
  while (load<u8>(at) === SPACE) {
    let attribute = previous === null ? element.firstAttribute : previous.follower;
    if (attribute === null || !Tag.isAt(attribute, at)) {
      while (load<u8>(at + 1) === SPACE) at++;
      if (load<u8>(at + 1) === GT || load<u8>(at + 1) === SLASH) return at + 1;
      attribute = findAttribute(element, at);
      // Unknown attributes are left to saxes, which counts them.
      if (attribute === null) return FAILED;
      if (previous !== null) previous.follower = attribute;
      else element.firstAttribute = attribute;
    }
    if ((seen & attribute.bit) !== 0) return FAILED;
    seen |= attribute.bit;
    at += attribute.length;
    const field = attribute.value;
    at = Text.read(false, at, field !== 0);
    if (at === FAILED) return FAILED;
    if (field !== 0) {
      if (wasTrimmed) Trims.note(changetype<usize>(attribute) + offsetof<Attribute>("trimmed"));
      Tape.keep(item, field, valueStart, valueEnd);
    }
    at++;
    previous = attribute;
  }
  return at;
}

/** The attribute whose name follows the white space at `at`. */
function findAttribute(element: Element, at: usize): Attribute | null {
  for (let list = element.attributes; load<usize>(list) !== 0; list += sizeof<usize>()) {
    const candidate = changetype<Attribute>(load<usize>(list));
    if (Tag.isAt(candidate, at)) return candidate;
  }
  return null;
}
