import { endList, endTextOrNull, pushNull, pushRepeated, pushTexts, Rows } from "./columns";
import {
  bracketEnd,
  parseDatePart,
  parseDuration,
  parsedNumber,
  parseNumber,
  plainEnd,
  recall,
  roleEnd,
} from "./parsers";
import { foundEnd, foundStart, hasOne, Lookup, nextItem, Words } from "./places";
import {
  BOOLEAN,
  BooleanSource,
  Case,
  CHOICE,
  ChoiceSource,
  CONSTANT,
  Column,
  ConstantSource,
  DATE,
  DURATION,
  FLAG,
  FLAT,
  FlagSource,
  FlatSource,
  ID,
  IdSource,
  JOINED,
  LIST,
  MissingTest,
  NOTHING,
  ORDINAL,
  OrdinalSource,
  ParsedSource,
  Piece,
  Place,
  RefsSource,
  ROLES,
  Rule,
  RuleSet,
  SEVERAL,
  Source,
  TEXT,
  TextSource,
  Value,
  ValuesSource,
} from "./structs";
import { Tape } from "./tape";
import { Trims } from "./trims";
import { WordList } from "./words";

const WORD = sizeof<usize>();
const NOT_A_BOOLEAN: u32 = 2;

/** The items whose values are appended next: those of rows and, behind them, those of structs within one. */
const chosen = new WordList();

/** Appends the rows that these rule sets make from the records on the tape. */
export function appendRecords(sets: usize): void {
  Trims.count();
  for (let list = sets; load<usize>(list) !== 0; list += WORD) {
    const set = changetype<RuleSet>(load<usize>(list));
    if (set.group !== 0) appendGroups(set);
    else appendByRules(set);
  }
}

/** Appends the rows of the items of each record's group, in order. */
function appendGroups(set: RuleSet): void {
  const from = chosen.length;
  const records = Tape.records;
  let rule = changetype<Rule>(Words.at(set.rules, 0));
  for (let i: u32 = 0; i < records.length; i++) {
    let item = Tape.first(load<usize>(records.at(i)) + set.group);
    for (; item !== 0; item = changetype<usize>(Tape.item(item).nextInGroup)) {
      const itsRule = changetype<Rule>(Words.at(set.rules, Tape.item(item).number));
      if (itsRule !== rule) appendRows(rule, from);
      rule = itsRule;
      if (isRow(rule, item)) chosen.push(item);
    }
  }
  appendRows(rule, from);
}

/** Appends the rows of each record, by one rule after another; if there is only one, those of all records at once. */
function appendByRules(set: RuleSet): void {
  const records = Tape.records.length;
  const step = load<usize>(set.rules + WORD) === 0 ? records : 1;
  for (let first: u32 = 0; first < records; first += step) {
    for (let rules = set.rules; load<usize>(rules) !== 0; rules += WORD)
      appendItems(changetype<Rule>(load<usize>(rules)), first, first + step);
  }
}

/** Appends the rows of the records `[first, end)`. */
function appendItems(rule: Rule, first: u32, end: u32): void {
  const from = chosen.length;
  const items = rule.place;
  for (let i = first; i < end; i++) {
    const record = load<usize>(Tape.records.at(i));
    if (items === null) {
      if (isRow(rule, record)) chosen.push(record);
      continue;
    }
    for (let item = nextItem(items, record, 0); item !== 0; item = nextItem(items, record, item)) {
      if (isRow(rule, item)) chosen.push(item);
    }
  }
  appendRows(rule, from);
}

/** Whether an item becomes a row: unless a required value is missing. Counts it, and what is missing. */
function isRow(rule: Rule, item: usize): bool {
  if (rule.present !== 0 && load<u32>(item + rule.present) === 0) return false;
  count(rule.items);
  for (let i: u32 = 0; i < rule.testCount; i++) {
    const test = changetype<MissingTest>(rule.tests + <usize>i * offsetof<MissingTest>());
    if (!isMissing(test.source, item)) continue;
    count(test.counter);
    if (test.isKept === 0) return false;
  }
  return true;
}

/** Appends the rows of the chosen items from this one on, one column after another, and drops the items. */
function appendRows(rule: Rule, from: u32): void {
  store<u32>(rule.rows, load<u32>(rule.rows) + chosen.length - from);
  appendColumns(rule.sources, rule.sourceCount, from);
}

/** Appends the values of the chosen items from this one on to the column of each source, and drops the items. */
function appendColumns(sources: usize, sourceCount: u32, from: u32): void {
  const to = chosen.length;
  if (to === from) return;
  for (let i: u32 = 0; i < sourceCount; i++)
    appendColumn(Words.at(sources, i), chosen.at(from), chosen.at(to));
  chosen.length = from;
}

function count(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1);
}

/** Appends the values of the items in the list `[from, to)`. */
function appendColumn(place: usize, from: usize, to: usize): void {
  const source = changetype<Source>(place);
  const column = source.column;
  switch (source.kind) {
    case TEXT:
      appendTexts(changetype<TextSource>(source), column, from, to);
      break;
    case ID:
      appendIds(changetype<IdSource>(source), column, from, to);
      break;
    case ORDINAL:
      appendOrdinals(changetype<OrdinalSource>(source), column, from, to);
      break;
    default:
      for (let at = from; at < to; at += WORD) append(source, column, load<usize>(at));
  }
}

/** Appends the value of one item. */
function append(source: Source, column: Column, item: usize): void {
  switch (source.kind) {
    case NOTHING:
      appendNothing(column);
      break;
    case FLAG:
      Rows.pushBoolean(column, changetype<FlagSource>(source).flag);
      break;
    case CONSTANT: {
      const constant = changetype<ConstantSource>(source);
      Rows.push(column, constant.text, constant.textBytes);
      Rows.endText(column);
      break;
    }
    case ROLES:
      appendRoles(changetype<ParsedSource>(source), column, item);
      break;
    case DURATION:
    case DATE:
      appendParsed(changetype<ParsedSource>(source), column, item);
      break;
    case CHOICE:
      appendChoice(changetype<ChoiceSource>(source), column, item);
      break;
    case BOOLEAN:
      appendBoolean(changetype<BooleanSource>(source), column, item);
      break;
    case JOINED:
      appendJoined(changetype<ValuesSource>(source), column, item);
      break;
    case LIST:
      appendList(changetype<ValuesSource>(source), column, item);
      break;
    case FLAT:
      appendFlat(changetype<FlatSource>(source), column, item);
      break;
    default:
      appendRefs(changetype<RefsSource>(source), column, item);
  }
}

function appendNothing(column: Column): void {
  const items = column.items;
  if (items === null) pushNull(column);
  else endList(column, items);
}

/** Whether a text or an id is NULL, without appending it. */
function isMissing(source: Source, item: usize): bool {
  if (source.kind === ID) return !readId(changetype<IdSource>(source), item);
  const text = changetype<TextSource>(source);
  return !Lookup.firstValue(text.places, text.placeCount, item);
}

function appendTexts(source: TextSource, column: Column, from: usize, to: usize): void {
  if (source.ownField !== 0) pushTexts(column, source.ownField, from, to);
  else for (let at = from; at < to; at += WORD) appendText(source, column, load<usize>(at));
}

function appendText(source: TextSource, column: Column, item: usize): void {
  if (!Lookup.firstValue(source.places, source.placeCount, item)) {
    pushNull(column);
    return;
  }
  Rows.push(column, foundStart, foundEnd - foundStart);
  Rows.endText(column);
  if (source.placeCount > 1) countPassedOver(source.places, source.placeCount, item);
}

/** Counts values that differ from the one that was found and used. */
function countPassedOver(places: usize, placeCount: u32, item: usize): void {
  const start = foundStart;
  const length = foundEnd - start;
  for (let i: u32 = 0; i < placeCount; i++) {
    const place = changetype<Place>(Words.at(places, i));
    if (place.passedOver === 0 || !Lookup.value(place, item)) continue;
    if (foundEnd - foundStart !== length || memory.compare(foundStart, start, length) !== 0)
      count(place.passedOver);
  }
}

function appendIds(source: IdSource, column: Column, from: usize, to: usize): void {
  if (source.isOfRecord === 0 || source.placeCount !== 1) {
    appendEachId(source, column, from, to);
    return;
  }
  for (let at = from; at < to; ) {
    const end = sameRecordEnd(at, to);
    if (readId(source, load<usize>(at))) pushRepeated(column, parsedNumber, <u32>((end - at) / WORD));
    else appendEachId(source, column, at, end);
    at = end;
  }
}

function appendEachId(source: IdSource, column: Column, from: usize, to: usize): void {
  for (let at = from; at < to; at += WORD) appendId(source, column, load<usize>(at));
}

/** End of the items in the list `[from, to)` that are in the same record as the first. */
function sameRecordEnd(from: usize, to: usize): usize {
  const record = Tape.item(load<usize>(from)).record;
  let at = from + WORD;
  while (at < to && Tape.item(load<usize>(at)).record === record) at += WORD;
  return at;
}

function appendId(source: IdSource, column: Column, item: usize): void {
  if (readId(source, item)) {
    Rows.pushNumber(column, parsedNumber);
    if (source.placeCount > 1 && findId(source, item))
      countPassedOver(source.places, source.placeCount, item);
  } else {
    pushNull(column);
    if (source.unreadable !== 0 && isUnreadable(source, item)) count(source.unreadable);
  }
}

/** Reads an id into `parsedNumber`; false if it is NULL. An id of the record is read only once. */
function readId(source: IdSource, item: usize): bool {
  if (source.isOfRecord === 0) return findId(source, item);
  const record = Tape.item(Tape.recordOf(item)).ordinal;
  if (source.knownIn !== record) {
    source.knownIn = record;
    source.isKnownId = findId(source, item) ? 1 : 0;
    source.known = parsedNumber;
  }
  return source.isKnownId !== 0 && recall(source.known);
}

function findId(source: IdSource, item: usize): bool {
  if (source.ownField !== 0) return Lookup.ownValue(source.ownField, item) && readNumber(source);
  for (let i: u32 = 0; i < source.placeCount; i++) {
    if (!Lookup.value(changetype<Place>(Words.at(source.places, i)), item)) continue;
    // If 0 means none, a later place may still have a number.
    if (readNumber(source)) return true;
  }
  return false;
}

/** Whether the value that was found is a number, and not a 0 that means none. */
function readNumber(source: IdSource): bool {
  return parseNumber(foundStart, foundEnd) && (source.zeroIsNull === 0 || parsedNumber !== 0);
}

/** Whether there is a value that is not a number. */
function isUnreadable(source: IdSource, item: usize): bool {
  return Lookup.firstValue(source.places, source.placeCount, item) && !parseNumber(foundStart, foundEnd);
}

function appendBoolean(source: BooleanSource, column: Column, item: usize): void {
  if (!Lookup.firstValue(source.places, source.placeCount, item)) {
    pushNull(column);
    return;
  }
  const flag = booleanOf(foundStart, foundEnd - foundStart);
  if (flag !== NOT_A_BOOLEAN) Rows.pushBoolean(column, flag);
  else {
    pushNull(column);
    if (source.unreadable !== 0) count(source.unreadable);
  }
}

/** Recognises `true` and `false` as words, as their letters are laid out in memory. */
function booleanOf(start: usize, length: usize): u32 {
  const word = load<u32>(start);
  if (length === 4 && word === 0x65757274) return 1;
  return length === 5 && word === 0x736c6166 && load<u8>(start + 4) === 0x65 ? 0 : NOT_A_BOOLEAN;
}

function appendOrdinals(source: OrdinalSource, column: Column, from: usize, to: usize): void {
  for (let at = from; at < to; at += WORD) {
    const counted = Tape.item(Lookup.outer(source.up, load<usize>(at)));
    Rows.pushNumber(column, source.isInGroup !== 0 ? counted.groupOrdinal : counted.ordinal);
  }
}

function appendChoice(source: ChoiceSource, column: Column, item: usize): void {
  for (let i: u32 = 0; i < source.caseCount; i++) {
    const one = changetype<Case>(source.cases + <usize>i * offsetof<Case>());
    if (!hasOne(one.places, one.placeCount, item)) continue;
    Rows.push(column, one.text, one.textBytes);
    Rows.endText(column);
    return;
  }
  Rows.push(column, source.otherwise, source.otherwiseBytes);
  Rows.endText(column);
}

function appendParsed(source: ParsedSource, column: Column, item: usize): void {
  if (!Lookup.value(source.place, item)) pushNull(column);
  else if (
    source.kind === DATE
      ? parseDatePart(foundStart, foundEnd, source.part)
      : parseDuration(foundStart, foundEnd)
  )
    Rows.pushNumber(column, parsedNumber);
  else pushNull(column);
}

/** Appends the parts of a role, without the bracketed details. */
function appendRoles(source: ParsedSource, column: Column, item: usize): void {
  const parts = column.items;
  if (parts === null) return;
  if (Lookup.value(source.place, item)) {
    const end = foundEnd;
    for (let at = foundStart; at < end; ) {
      const partEnd = roleEnd(at, end);
      while (at < partEnd) {
        const plain = plainEnd(at, partEnd);
        if (plain > at) Rows.push(parts, at, plain - at);
        at = plain < partEnd ? bracketEnd(plain, partEnd) : partEnd;
      }
      if (Rows.isBegun(parts)) Rows.endTrimmed(parts);
      at = partEnd + 1;
    }
  }
  endList(column, parts);
}

function appendJoined(source: ValuesSource, column: Column, item: usize): void {
  appendValues(source, column, item);
  endTextOrNull(column);
}

function appendList(source: ValuesSource, column: Column, item: usize): void {
  const items = column.items;
  if (items === null) return;
  appendValues(source, items, item);
  endList(column, items);
}

function appendValues(source: ValuesSource, target: Column, item: usize): void {
  const place = source.place;
  const from = Lookup.outer(place.up, item);
  if (place.down === 0) appendField(source, target, from);
  else appendBelow(source, target, place.down, from);
}

function appendBelow(source: ValuesSource, target: Column, fields: usize, from: usize): void {
  const isLast = load<usize>(fields + WORD) === 0;
  for (
    let at = Tape.first(from + load<usize>(fields));
    at !== 0;
    at = changetype<usize>(Tape.item(at).next)
  ) {
    if (isLast) appendField(source, target, at);
    else appendBelow(source, target, fields + WORD, at);
  }
}

function appendField(source: ValuesSource, target: Column, item: usize): void {
  const field = source.place.field;
  if ((field & SEVERAL) === 0)
    appendValue(source, target, load<u32>(item + field), load<u32>(item + field + 4));
  else
    for (let at = Tape.first(item + field - SEVERAL); at !== 0; ) {
      const value = changetype<Value>(at);
      appendValue(source, target, value.start, value.end);
      at = changetype<usize>(value.next);
    }
}

function appendValue(source: ValuesSource, target: Column, start: usize, end: usize): void {
  if (start === end) return;
  const isList = source.kind === LIST;
  if (!isList && Rows.isBegun(target)) Rows.push(target, source.separator, source.separatorBytes);
  Rows.push(target, start, end - start);
  if (isList) Rows.endText(target);
}

function appendFlat(source: FlatSource, column: Column, from: usize): void {
  for (let item = nextItem(source.place, from, 0); item !== 0; item = nextItem(source.place, from, item)) {
    let isFirst = true;
    for (let i: u32 = 0; i < source.pieceCount; i++) {
      const piece = changetype<Piece>(source.pieces + <usize>i * offsetof<Piece>());
      if (!Lookup.firstValue(piece.places, piece.placeCount, item)) continue;
      const start = foundStart;
      const end = foundEnd;
      if (piece.placeCount > 1) countPassedOver(piece.places, piece.placeCount, item);
      if (!isFirst) Rows.push(column, source.between, source.betweenBytes);
      else if (Rows.isBegun(column)) Rows.push(column, source.separator, source.separatorBytes);
      if (isFirst) Rows.push(column, piece.leading, piece.leadingBytes);
      else Rows.push(column, piece.prefix, piece.prefixBytes);
      Rows.push(column, start, end - start);
      Rows.push(column, piece.suffix, piece.suffixBytes);
      isFirst = false;
    }
  }
  endTextOrNull(column);
}

/** Appends a struct for each item, unless all its fields are NULL. */
function appendRefs(source: RefsSource, column: Column, outer: usize): void {
  const items = column.items;
  if (items === null) return;
  const from = chosen.length;
  for (let item = nextItem(source.place, outer, 0); item !== 0; item = nextItem(source.place, outer, item)) {
    if (hasField(source, item)) chosen.push(item);
    else countUnreadable(source, item);
  }
  appendColumns(source.fields, source.fieldCount, from);
  endList(column, items);
}

/** Counts the ids of an omitted struct that are not numbers. */
function countUnreadable(source: RefsSource, item: usize): void {
  for (let i: u32 = 0; i < source.fieldCount; i++) {
    const field = changetype<Source>(Words.at(source.fields, i));
    if (field.kind !== ID) continue;
    const id = changetype<IdSource>(field);
    if (id.unreadable !== 0 && isUnreadable(id, item)) count(id.unreadable);
  }
}

/** Whether a field of a struct is not NULL. */
function hasField(source: RefsSource, item: usize): bool {
  for (let i: u32 = 0; i < source.fieldCount; i++) {
    if (!isMissing(changetype<Source>(Words.at(source.fields, i)), item)) return true;
  }
  return false;
}
