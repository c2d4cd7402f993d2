import { Column, endList, endTextOrNull, pushNull, pushNumber } from "./columns";
import {
  FLAT,
  FlatSource,
  ID,
  IdSource,
  IN_ITEM,
  IN_RECORD,
  JOINED,
  JoinedSource,
  LIST,
  ListSource,
  MissingTest,
  Piece,
  RefsSource,
  Rule,
  Source,
  TEXT,
  TextSource,
} from "./sources";
import { before, NONE, Tape, within } from "./tape";

const WORD = sizeof<usize>();
/** 19 digits fit 64 bits, with or without the sign. */
const MOST_DIGITS = 19;

/** The id that was read last, from which source and item, and whether it is one. It is tested before it is appended. */
let id: i64 = 0;
let isId: bool = false;
let idSource: usize = 0;
let idItem: i32 = NONE;

/** Appends the rows of the record on the tape that these rules make (pointers with a 0 behind them). */
export function appendRecord(rules: usize): void {
  idSource = 0;
  for (let list = rules; load<usize>(list) !== 0; list += WORD) {
    const rule = changetype<Rule>(load<usize>(list));
    if (rule.slot === NONE) appendRow(rule, NONE);
    else
      for (let item = Tape.first(rule.slot); item !== NONE; item = Tape.at(item).next) appendRow(rule, item);
  }
}

/** Appends the row of an item (NONE = the record itself), unless a value is missing without which it is not made. */
function appendRow(rule: Rule, item: i32): void {
  count(rule.items);
  for (let i = 0; i < rule.testCount; i++) {
    const test = changetype<MissingTest>(rule.tests + <usize>i * offsetof<MissingTest>());
    if (!isMissing(test.source, item)) continue;
    count(test.counter);
    if (!test.isKept) return;
  }
  for (let i = 0; i < rule.sourceCount; i++) append(sourceAt(rule.sources, i), item);
  count(rule.rows);
}

function count(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1);
}

function sourceAt(list: usize, index: i32): Source {
  return changetype<Source>(load<usize>(list + <usize>index * WORD));
}

function append(source: Source, item: i32): void {
  const column = source.column;
  switch (source.kind) {
    case TEXT:
      appendText(changetype<TextSource>(source), column, item);
      break;
    case ID:
      appendId(changetype<IdSource>(source), column, item);
      break;
    case JOINED:
      appendJoined(changetype<JoinedSource>(source), column);
      break;
    case LIST:
      appendList(changetype<ListSource>(source), column);
      break;
    case FLAT:
      appendFlat(changetype<FlatSource>(source), column);
      break;
    default:
      appendRefs(changetype<RefsSource>(source), column);
  }
}

/** Whether a text or an id is NULL, without appending it. */
function isMissing(source: Source, item: i32): bool {
  if (source.kind === ID) return !readId(changetype<IdSource>(source), item);
  return textEntry(changetype<TextSource>(source), item) === NONE;
}

/** The first entry at a place, as seen from an item; NONE when there is none. */
function entryAt(item: i32, place: i32): i32 {
  const slot = place >> 2;
  const where = place & 3;
  if (where === IN_RECORD) return Tape.first(slot);
  return where === IN_ITEM ? within(item, slot) : before(item, slot);
}

/** The first entry that is not NULL at some places, as seen from an item; NONE when there is none. */
function firstValue(places: usize, count: i32, item: i32): i32 {
  for (let i = 0; i < count; i++) {
    const entry = entryAt(item, load<i32>(places + <usize>i * WORD));
    if (!Tape.isNull(entry)) return entry;
  }
  return NONE;
}

/** The entry that a text is taken from; NONE when it is NULL. */
function textEntry(source: TextSource, item: i32): i32 {
  return firstValue(changetype<usize>(source) + offsetof<TextSource>(), source.count, item);
}

function appendText(source: TextSource, column: Column, item: i32): void {
  const entry = textEntry(source, item);
  if (entry === NONE) pushNull(column);
  else {
    pushEntry(column, entry);
    column.endText();
  }
}

function pushEntry(column: Column, entry: i32): void {
  const value = Tape.at(entry);
  column.push(value.start, value.end - value.start);
}

function appendId(source: IdSource, column: Column, item: i32): void {
  if (readId(source, item)) pushNumber(column, id);
  else pushNull(column);
}

/** Reads an id to `id`; false when it is NULL. */
function readId(source: IdSource, item: i32): bool {
  const place = changetype<usize>(source);
  if (place !== idSource || item !== idItem) {
    idSource = place;
    idItem = item;
    isId = findId(source, item);
  }
  return isId;
}

function findId(source: IdSource, item: i32): bool {
  const places = changetype<usize>(source) + offsetof<IdSource>();
  for (let i = 0; i < source.count; i++) {
    const entry = entryAt(item, load<i32>(places + <usize>i * WORD));
    if (Tape.isNull(entry)) continue;
    const value = Tape.at(entry);
    if (parseId(value.start, value.end)) return !(source.zeroIsNull && id === 0);
  }
  return false;
}

/** Reads a non-negative decimal number from trimmed text: digits only, within signed 64 bits. False for anything else. */
function parseId(start: usize, end: usize): bool {
  let value: u64 = 0;
  let digits = 0;
  for (let at = start; at < end; at++) {
    const digit: u32 = load<u8>(at) - 0x30;
    if (digit > 9) return false;
    if (digit > 0 || digits > 0) digits++;
    value = value * 10 + digit;
  }
  if (digits > MOST_DIGITS || value > <u64>i64.MAX_VALUE) return false;
  id = value;
  return true;
}

function appendJoined(source: JoinedSource, column: Column): void {
  for (let entry = Tape.first(source.slot); entry !== NONE; entry = Tape.at(entry).next) {
    if (Tape.isNull(entry)) continue;
    if (column.isBegun()) column.push(source.separator, source.separatorLength);
    pushEntry(column, entry);
  }
  endTextOrNull(column);
}

function appendList(source: ListSource, column: Column): void {
  const items = column.items;
  if (items === null) return;
  for (let entry = Tape.first(source.slot); entry !== NONE; entry = Tape.at(entry).next) {
    if (Tape.isNull(entry)) continue;
    pushEntry(items, entry);
    items.endText();
  }
  endList(column, items);
}

function appendFlat(source: FlatSource, column: Column): void {
  const pieces = changetype<usize>(source) + offsetof<FlatSource>();
  for (let item = Tape.first(source.slot); item !== NONE; item = Tape.at(item).next) {
    let isFirst = true;
    for (let i = 0; i < source.count; i++) {
      const piece = changetype<Piece>(pieces + <usize>i * offsetof<Piece>());
      const entry = firstValue(piece.places, piece.count, item);
      if (entry === NONE) continue;
      if (!isFirst) column.push(source.between, source.betweenLength);
      else if (column.isBegun()) column.push(source.separator, source.separatorLength);
      if (isFirst) column.push(piece.leading, piece.leadingLength);
      else column.push(piece.prefix, piece.prefixLength);
      pushEntry(column, entry);
      column.push(piece.suffix, piece.suffixLength);
      isFirst = false;
    }
  }
  endTextOrNull(column);
}

function appendRefs(source: RefsSource, column: Column): void {
  const items = column.items;
  if (items === null) return;
  for (let item = Tape.first(source.slot); item !== NONE; item = Tape.at(item).next)
    appendStruct(source, item);
  endList(column, items);
}

/** A struct whose fields are all NULL is left out. */
function appendStruct(source: RefsSource, item: i32): void {
  const fields = changetype<usize>(source) + offsetof<RefsSource>();
  let missing = 0;
  while (missing < source.count && isMissing(sourceAt(fields, missing), item)) missing++;
  if (missing === source.count) return;
  for (let i = 0; i < source.count; i++) append(sourceAt(fields, i), item);
}
