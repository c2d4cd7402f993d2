// Made by scripts/compile_parser.ts from lib/parser/structs.ts.

export const TEXT: i32 = 0;
export const ID: i32 = 1;
export const BOOLEAN: i32 = 2;
export const CONSTANT: i32 = 3;
export const FLAG: i32 = 4;
export const NOTHING: i32 = 5;
export const ORDINAL: i32 = 6;
export const CHOICE: i32 = 7;
export const DURATION: i32 = 8;
export const DATE: i32 = 9;
export const ROLES: i32 = 10;
export const JOINED: i32 = 11;
export const LIST: i32 = 12;
export const FLAT: i32 = 13;
export const REFS: i32 = 14;
export const IN_RECORD: i32 = -1;
export const SEVERAL: u32 = 1;
export const ITEMS: u32 = 2;
export const FIELD_BYTES: u32 = 8;
export const ITEM_BYTES: u32 = 24;

/** A piece of markup of up to 32 bytes, with a mask of those that it has. */
@unmanaged
export class TagText {
  /** How many bytes it has. */
  length: u32;
  /** The first 16 bytes. */
  low: v128;
  /** The others. */
  high: v128;
  /** 255 for each byte of `low` that counts. */
  lowMask: v128;
  /** 255 for each byte of `high` that counts. */
  highMask: v128;
}

/** An element that is known; as a text `<name`. */
@unmanaged
export class Element extends TagText {
  /** `</name>` */
  endTag: TagText;
  /** The field of its text; 0 = it is not kept. */
  text: u32;
  /** What its items have, if each is an item. */
  scope: Scope | null;
  /** The element that begins its items when it stands just before it; otherwise each is a new one. */
  leader: Element | null;
  /** Whether it holds text, and then no elements. */
  isText: u32;
  /** One bit, of its own among the children of the parent that may stand there once; 0 = it may be repeated. */
  onceBit: u32;
  /** A list of the elements that may stand in it. */
  children: usize;
  /** A list of the attributes that it may have. */
  attributes: usize;
  /** How often white space was taken from its text. */
  trimmed: u32;
  /** The child that came first the last time. */
  firstChild: Element | null;
  /** The sibling that came after it the last time. */
  follower: Element | null;
  /** The attribute that came first the last time. */
  firstAttribute: Attribute | null;
}

/** An attribute that is known; as a text ` name="`. */
@unmanaged
export class Attribute extends TagText {
  /** The field of its value; 0 = it is not kept. */
  value: u32;
  /** One bit, of its own among the attributes of the element. */
  bit: u32;
  /** How often white space was taken from its value. */
  trimmed: u32;
  /** The attribute that came after it the last time. */
  follower: Attribute | null;
}

/** What the items of one element have in common. */
@unmanaged
export class Scope {
  /** The size of such an item on the tape. */
  bytes: u32;
  /** The field, in the item that they stand in, with the first and the last of them. */
  list: u32;
  /** The field of the record with the first and the last item of a group of elements, whose items are counted together; how many there are is in the field behind it. 0 = there is none. */
  group: u32;
  /** Which of the group's elements it is, from 0. */
  number: u32;
}

/** An item on the tape: an element that makes a row or a struct. Its fields stand behind it. */
@unmanaged
export class Item {
  /** The item that it stands in. */
  parent: Item | null;
  /** The next one of the same element in the same item. */
  next: Item | null;
  /** The next one of the group. */
  nextInGroup: Item | null;
  /** Which of the group's elements it is of. */
  number: u32;
  /** Its place among those of the same element in the same item, from 1. */
  ordinal: u32;
  /** Its place among those of the group, from 1. */
  groupOrdinal: u32;
}

/** One of several values of a field: trimmed bytes, none = NULL. */
@unmanaged
export class Value {
  /** Where it begins. */
  start: usize;
  /** Where it ends. */
  end: usize;
  /** The next one. */
  next: Value | null;
}

/** The rows of a column: its validity, and the words of numbers, bytes of booleans or texts, or offsets of lists. */
@unmanaged
export class Column {
  /** One bit a row, 1 = not NULL. */
  bits: usize;
  /** The size of the bits' memory. */
  bitBytes: u32;
  /** How many rows there are. */
  length: u32;
  /** How many of them are NULL. */
  nullCount: u32;
  /** The values. */
  data: usize;
  /** The size of the values' memory. */
  dataBytes: u32;
  /** Bytes of `data` that whole values take. */
  used: u32;
  /** Where the next piece goes of the text that is being made. */
  at: u32;
  /** Items of a list: the column with as many rows as there are. */
  items: Column | null;
}

/** Where a value or some items are, as seen from an item. */
@unmanaged
export class Place {
  /** How many items further out; IN_RECORD = in the record itself. */
  up: i32;
  /** A list of fields of items that are gone through, from there on; 0 = none. */
  down: usize;
  /** The field of the value, or of the first and the last item. */
  field: u32;
  /** Where it is counted that another value is taken instead of this one; 0 = nowhere. */
  passedOver: usize;
}

/** How a column's value is derived. */
@unmanaged
export class Source {
  /** One of the kinds. */
  kind: u32;
  /** Where it goes. */
  column: Column;
}

/** The first of its places that holds a value. */
@unmanaged
export class TextSource extends Source {
  /** A list of `Place`s. */
  places: usize;
  /** How many there are. */
  placeCount: u32;
}

/** The first of its places that holds a number. */
@unmanaged
export class IdSource extends Source {
  /** A list of `Place`s. */
  places: usize;
  /** How many there are. */
  placeCount: u32;
  /** Whether 0 is NULL. */
  zeroIsNull: u32;
  /** Where it is counted that something is no number; 0 = nowhere. */
  unreadable: usize;
  /** Whether it is the same for all items of a record. */
  isOfRecord: u32;
  /** The record whose number is known. */
  knownIn: u32;
  /** Whether that record has one. */
  isKnownId: u32;
  /** The number. */
  known: i64;
}

/** `true` or `false` at the first of its places that holds a value. */
@unmanaged
export class BooleanSource extends Source {
  /** A list of `Place`s. */
  places: usize;
  /** How many there are. */
  placeCount: u32;
  /** Where it is counted that something is neither; 0 = nowhere. */
  unreadable: usize;
}

/** The same text in every row. */
@unmanaged
export class ConstantSource extends Source {
  /** The text. */
  text: usize;
  /** How many bytes it has. */
  textBytes: u32;
}

/** The same boolean in every row. */
@unmanaged
export class FlagSource extends Source {
  /** 0 = false, 1 = true. */
  flag: u32;
}

/** The place of an item among others. */
@unmanaged
export class OrdinalSource extends Source {
  /** Of which item: how many further out. */
  up: i32;
  /** Whether it is that in the group, or in its list. */
  isInGroup: u32;
}

/** The text of the first case that applies. */
@unmanaged
export class ChoiceSource extends Source {
  /** The cases, one behind the other. */
  cases: usize;
  /** How many there are. */
  caseCount: u32;
  /** The text when none applies. */
  otherwise: usize;
  /** How many bytes it has. */
  otherwiseBytes: u32;
}

/** Applies when one of its places holds a value or an item. */
@unmanaged
export class Case {
  /** A list of `Place`s. */
  places: usize;
  /** How many there are. */
  placeCount: u32;
  /** Its text. */
  text: usize;
  /** How many bytes it has. */
  textBytes: u32;
}

/** What is read from the first value at a place. */
@unmanaged
export class ParsedSource extends Source {
  /** Where the value is. */
  place: Place;
  /** Of a date: 0 = the year, 1 = the month, 2 = the day. */
  part: u32;
}

/** All values at a place, as one text or as a list. */
@unmanaged
export class ValuesSource extends Source {
  /** Where they are. */
  place: Place;
  /** What stands between them in one text. */
  separator: usize;
  /** How many bytes it has. */
  separatorBytes: u32;
}

/** All items at a place as one text. */
@unmanaged
export class FlatSource extends Source {
  /** Where they are. */
  place: Place;
  /** What stands between items. */
  separator: usize;
  /** How many bytes it has. */
  separatorBytes: u32;
  /** What stands between the pieces of an item. */
  between: usize;
  /** How many bytes it has. */
  betweenBytes: u32;
  /** The pieces of each item, one behind the other. */
  pieces: usize;
  /** How many there are. */
  pieceCount: u32;
}

/** Part of a flattened item: the first of its places that holds a value. */
@unmanaged
export class Piece {
  /** A list of `Place`s. */
  places: usize;
  /** How many there are. */
  placeCount: u32;
  /** What stands before the value. */
  prefix: usize;
  /** How many bytes it has. */
  prefixBytes: u32;
  /** The same where it begins the item, which is trimmed as a whole. */
  leading: usize;
  /** How many bytes it has. */
  leadingBytes: u32;
  /** What stands behind the value. */
  suffix: usize;
  /** How many bytes it has. */
  suffixBytes: u32;
}

/** A struct for each item at a place. */
@unmanaged
export class RefsSource extends Source {
  /** Where they are. */
  place: Place;
  /** A list of the sources of the struct's fields. */
  fields: usize;
  /** How many there are. */
  fieldCount: u32;
}

/** How an item makes a row. */
@unmanaged
export class Rule {
  /** Where the items are; 0 = the record itself, or those of a group. */
  place: Place | null;
  /** The field that an item must have, or it is passed over; 0 = none. */
  present: u32;
  /** Where the items are counted, whether they make a row or not. */
  items: usize;
  /** Where the rows are counted. */
  rows: usize;
  /** The values that may be missing, one behind the other. */
  tests: usize;
  /** How many there are. */
  testCount: u32;
  /** A list of the columns' sources. */
  sources: usize;
  /** How many there are. */
  sourceCount: u32;
}

/** A value that may be missing. */
@unmanaged
export class MissingTest {
  /** The value. */
  source: Source;
  /** Where the cases are counted. */
  counter: usize;
  /** Whether the row is made all the same. */
  isKept: u32;
}

/** How a record makes rows of one dataset. */
@unmanaged
export class RuleSet {
  /** A list of the rules: one after the other, or by the number of a group's elements. */
  rules: usize;
  /** The field of the record with the items of a group, which make rows in their order; 0 = there is none. */
  group: u32;
}
