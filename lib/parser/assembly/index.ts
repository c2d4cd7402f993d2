import { allocate } from "./memory";
import { Element } from "./plan";
import { appendRecord } from "./rows";
import { beginBlock, jumpLimit, scanRecord, startScanner } from "./scanner";
import { NONE, startTape, Tape } from "./tape";
import { FAILED } from "./text";

// The functions that `lib/parser/record_module.ts` calls. A place in memory is a number other than 0.

export { clearColumn } from "./columns";
export { allocate, beginBlock };

const TAB: u8 = 0x09;
const NEWLINE: u8 = 0x0a;
const RETURN: u8 = 0x0d;
const SPACE: u8 = 0x20;

let rules: usize = 0;
let records: i32 = 0;

/** Sets what is scanned, into how many slots, and the rules (pointers with a 0 behind them) that make rows of it. */
export function start(
  plan: usize,
  jumps: usize,
  mark: usize,
  markLength: usize,
  slots: usize,
  ruleList: usize,
): void {
  startScanner(changetype<Element>(plan), jumps, mark, markLength);
  startTape(slots);
  rules = ruleList;
}

/** Puts a record on the tape; returns where it ends, or 0 when it is not one for the scanner. */
export function scan(from: usize): usize {
  return scanRecord(from);
}

/** Appends the rows of the record on the tape. */
export function append(): void {
  appendRecord(rules);
}

/** Forgets the record on the tape. */
export function clearTape(): void {
  Tape.clear();
}

/** Adds a node to the tape and returns its entry. */
export function addNode(slot: i32): i32 {
  return Tape.add(slot, NONE, 0, 0);
}

/** Adds a value `[from, end)`, which must be trimmed already. */
export function addValue(slot: i32, parent: i32, from: usize, end: usize): void {
  Tape.add(slot, parent, from, end);
}

/** How many records `parse` has appended the rows of. */
export function parsedRecords(): i32 {
  return records;
}

/**
 * Appends the rows of record after record of `[from, end)`; blanks may stand around them. Returns where it stopped:
 * behind the last one, or before one that is not for the scanner; 0 when it jumped over more than a part of a record.
 */
export function parse(from: usize, end: usize): usize {
  records = 0;
  let at = afterBlanks(from);
  while (at < end) {
    const recordEnd = scanRecord(at);
    if (recordEnd === FAILED) return at;
    const next = afterBlanks(recordEnd);
    // Another record in the line: what was jumped over may have been more than a part of this one.
    if (next < jumpLimit) return FAILED;
    appendRecord(rules);
    records++;
    at = next;
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
