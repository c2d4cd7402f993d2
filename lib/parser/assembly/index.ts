import { allocate } from "./memory";
import { appendRecord } from "./rows";
import { beginBlock, itemOf, scanRecord, startScanner } from "./scanner";
import { Attribute, Element } from "./structs";
import { startTape, Tape } from "./tape";
import { FAILED } from "./text";

// The functions that `lib/parser/record_reader.ts` calls. A place in memory is a number other than 0.

export { clearColumn } from "./columns";
export { allocate, beginBlock };

const TAB: u8 = 0x09;
const NEWLINE: u8 = 0x0a;
const RETURN: u8 = 0x0d;
const SPACE: u8 = 0x20;

let ruleSets: usize = 0;
let records: u32 = 0;

/** Sets what is known and kept, how large a record without items is on the tape, and a list of what makes rows of it. */
export function start(around: usize, recordBytes: usize, sets: usize): void {
  startScanner(changetype<Element>(around));
  startTape(recordBytes);
  ruleSets = sets;
}

/** Puts a record on the tape; returns where it ends, or 0 when it is not one for the scanner. */
export function scan(from: usize): usize {
  return scanRecord(from);
}

/** Appends the rows of the record on the tape. */
export function append(): void {
  appendRecord(ruleSets);
}

/** Begins a record on the tape; returns its place. */
export function beginRecord(): usize {
  Tape.begin();
  return Tape.record;
}

/** The item that an element is, or the one that it stands in; `before` is the sibling just before it, 0 = there is none. */
export function openItem(element: usize, outer: usize, before: usize): usize {
  return itemOf(changetype<Element>(element), outer, changetype<Element | null>(before));
}

/** Keeps the text `[from, end)` of an element, which must be trimmed already, in the item that it is or stands in. */
export function keepText(element: usize, item: usize, from: usize, end: usize): void {
  Tape.keep(item, changetype<Element>(element).text, from, end);
}

/** The same for the value of an attribute. */
export function keepAttribute(attribute: usize, item: usize, from: usize, end: usize): void {
  Tape.keep(item, changetype<Attribute>(attribute).value, from, end);
}

/** How many records `parse` has appended the rows of. */
export function parsedRecords(): u32 {
  return records;
}

/**
 * Appends the rows of record after record of `[from, end)`; blanks may stand around them. Returns where it stopped:
 * behind the last one, or before one that is not for the scanner.
 */
export function parse(from: usize, end: usize): usize {
  records = 0;
  let at = afterBlanks(from);
  while (at < end) {
    const recordEnd = scanRecord(at);
    if (recordEnd === FAILED) return at;
    appendRecord(ruleSets);
    records++;
    at = afterBlanks(recordEnd);
  }
  return at;
}

function afterBlanks(from: usize): usize {
  let at = from;
  while (isBlank(load<u8>(at))) at++;
  return at;
}

function isBlank(byte: u8): bool {
  return byte === NEWLINE || byte === SPACE || byte === RETURN || byte === TAB;
}
