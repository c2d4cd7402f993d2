import { allocate } from "./memory";
import { appendRecords } from "./rows";
import { beginBlock, itemOf, scanRecord, startScanner } from "./scanner";
import { Attribute, Element } from "./structs";
import { startTape, Tape } from "./tape";
import { clearDecoded, FAILED } from "./text";

// The functions called by `lib/parser/record_reader.ts`. A place in memory is a number other than 0.

export { clearColumn } from "./columns";
export { allocate, beginBlock };

/**
 * So many records are on the tape before their rows are appended column by column: with more values at a time, a processor
 * mispredicts fewer branches. So few stay in its cache.
 */
const RECORDS_AT_ONCE: u32 = 32;
const TAB: u8 = 0x09;
const NEWLINE: u8 = 0x0a;
const RETURN: u8 = 0x0d;
const SPACE: u8 = 0x20;

let ruleSets: usize = 0;
let records: u32 = 0;

/**
 * Sets the known and kept paths, the size on the tape of a record without items, and the list of rule sets
 * that make rows from it.
 */
export function start(around: usize, recordBytes: usize, sets: usize): void {
  startScanner(changetype<Element>(around));
  startTape(recordBytes);
  ruleSets = sets;
}

/** Puts a record on the tape; returns where it ends, or 0 if the scanner cannot read it. */
export function scan(from: usize): usize {
  clear();
  return scanRecord(from);
}

/** Appends the rows of the record on the tape. */
export function append(): void {
  Tape.end();
  appendRecords(ruleSets);
}

/** Begins a record on the tape; returns its place. */
export function beginRecord(): usize {
  Tape.clear();
  Tape.begin();
  return Tape.record;
}

/**
 * Returns the item that an element is, or the one that contains it. `before` is the preceding sibling, or 0.
 */
export function openItem(element: usize, outer: usize, before: usize): usize {
  return itemOf(changetype<Element>(element), outer, changetype<Element | null>(before));
}

/** Keeps the text `[from, end)` of an element, already trimmed, in the item that it is or belongs to. */
export function keepText(element: usize, item: usize, from: usize, end: usize): void {
  Tape.keep(item, changetype<Element>(element).text, from, end);
}

/** Like `keepText`, for the value of an attribute. */
export function keepAttribute(attribute: usize, item: usize, from: usize, end: usize): void {
  Tape.keep(item, changetype<Attribute>(attribute).value, from, end);
}

/** Number of records whose rows `parse` has appended. */
export function parsedRecords(): u32 {
  return records;
}

/**
 * Appends the rows of consecutive records in `[from, end)`, which may be surrounded by white space. Returns
 * where it stopped: after the last record, or before one that the scanner cannot read.
 */
export function parse(from: usize, end: usize): usize {
  records = 0;
  let at = afterBlanks(from);
  while (at < end) {
    clear();
    at = scanRecords(at, end);
    // Only then is it the record itself, and not the lack of memory for its decoded values.
    if (Tape.records.length === 0) return at;
    appendRecords(ruleSets);
    records += Tape.records.length;
  }
  return at;
}

function clear(): void {
  Tape.clear();
  clearDecoded();
}

/** Puts records on the tape; returns where the next one begins, which may be one that the scanner cannot read. */
function scanRecords(from: usize, end: usize): usize {
  let at = from;
  while (at < end && Tape.records.length < RECORDS_AT_ONCE) {
    const recordEnd = scanRecord(at);
    if (recordEnd === FAILED) break;
    Tape.end();
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
