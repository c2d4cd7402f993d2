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
export const ITEM_BYTES: u32 = 28;

/** A piece of markup of up to 32 bytes, with a mask of the bytes in use. */
@unmanaged
export class TagText {
  /** Length in bytes. */
  length: u32;
  /** Bytes 0 to 15. */
  low: v128;
  /** Bytes 16 to 31. */
  high: v128;
  /** 255 for each byte of `low` in use. */
  lowMask: v128;
  /** 255 for each byte of `high` in use. */
  highMask: v128;
}

/** A known element. Its markup is `<name`. */
@unmanaged
export class Element extends TagText {
  /** `</name>` */
  endTag: TagText;
  /** Field for its text; 0 = the text is not kept. */
  text: u32;
  /** Properties of its items, if each such element is an item. */
  scope: Scope | null;
  /** An element that, directly before this one, begins the item to which this one belongs; otherwise each is a new item. */
  leader: Element | null;
  /** Whether it contains text; it then has no child elements. */
  isText: u32;
  /** The bit assigned to it among the children that may occur only once in the parent; 0 = it may be repeated. */
  onceBit: u32;
  /** List of its possible child elements. */
  children: usize;
  /** List of its possible attributes. */
  attributes: usize;
  /** Number of texts from which white space was trimmed. */
  trimmed: u32;
  /** Prediction: its first child the last time. */
  firstChild: Element | null;
  /** Prediction: its next sibling the last time. */
  follower: Element | null;
  /** Prediction: its first attribute the last time. */
  firstAttribute: Attribute | null;
}

/** A known attribute. Its markup is ` name="`. */
@unmanaged
export class Attribute extends TagText {
  /** Field for its value; 0 = the value is not kept. */
  value: u32;
  /** The bit assigned to it among the attributes of the element. */
  bit: u32;
  /** Number of values from which white space was trimmed. */
  trimmed: u32;
  /** Prediction: the next attribute the last time. */
  follower: Attribute | null;
}

/** Properties shared by all items of an element. */
@unmanaged
export class Scope {
  /** Size of such an item on the tape. */
  bytes: u32;
  /** Field of the enclosing item that holds the first and the last of them. */
  list: u32;
  /** Field of the record that holds the first and the last item of a group of elements, whose items are numbered together; the next field holds their count. 0 = no group. */
  group: u32;
  /** Index of the element within the group, from 0. */
  number: u32;
}

/** An item on the tape: an element that becomes a row or a struct. Its fields follow it. */
@unmanaged
export class Item {
  /** The record that contains it; itself if it is a record. */
  record: Item | null;
  /** The enclosing item. */
  parent: Item | null;
  /** The next item of the same element in the same parent. */
  next: Item | null;
  /** The next item of the group. */
  nextInGroup: Item | null;
  /** Index of its element within the group. */
  number: u32;
  /** Its position among the items of the same element in the same parent, or that of a record among all records, from 1. */
  ordinal: u32;
  /** Its position in the group, from 1. */
  groupOrdinal: u32;
}

/** One of several values of a field: a trimmed range of bytes; an empty one is NULL. */
@unmanaged
export class Value {
  /** Address of its first byte. */
  start: usize;
  /** Address after its last byte. */
  end: usize;
  /** The next value. */
  next: Value | null;
}

/** The rows of a column: validity bits, and 64-bit numbers, bytes of booleans or texts, or offsets of lists. */
@unmanaged
export class Column {
  /** One bit per row, 1 = not NULL. */
  bits: usize;
  /** Size of the memory of the bits. */
  bitBytes: u32;
  /** Number of rows. */
  length: u32;
  /** Number of NULLs among them. */
  nullCount: u32;
  /** Address of the values. */
  data: usize;
  /** Size of the memory of the values. */
  dataBytes: u32;
  /** Bytes of `data` occupied by complete values. */
  used: u32;
  /** Bytes of `data` occupied, including those of the text being written. */
  at: u32;
  /** Whether its values are texts. */
  hasTexts: u32;
  /** Bytes of each text that is not NULL; memory for as many as there are bits. */
  lengths: usize;
  /** For a list: the column with one row per list item. */
  items: Column | null;
}

/** Location of a value or of items, relative to an item. */
@unmanaged
export class Place {
  /** Number of levels to go outwards; IN_RECORD = start from the record itself. */
  up: i32;
  /** List of item fields to follow from there; 0 = none. */
  down: usize;
  /** Field of the value, or of the first and the last item. */
  field: u32;
  /** Counter of values at this place that differ from the value used; 0 = not counted. */
  passedOver: usize;
}

/** The rule that derives a column's value. */
@unmanaged
export class Source {
  /** Index in `sourceKinds`. */
  kind: u32;
  /** The column to append to. */
  column: Column;
}

/** The value at the first of its places that has one. */
@unmanaged
export class TextSource extends Source {
  /** List of `Place`s. */
  places: usize;
  /** Number of places. */
  placeCount: u32;
  /** Field of the item itself, if that is the only place; otherwise 0. */
  ownField: u32;
}

/** The number at the first of its places that has one. */
@unmanaged
export class IdSource extends Source {
  /** List of `Place`s. */
  places: usize;
  /** Number of places. */
  placeCount: u32;
  /** Field of the item itself, if that is the only place; otherwise 0. */
  ownField: u32;
  /** Whether 0 becomes NULL. */
  zeroIsNull: u32;
  /** Counter of values that are not numbers; 0 = not counted. */
  unreadable: usize;
  /** Whether it is the same for all items of a record, and therefore cached. */
  isOfRecord: u32;
  /** Cache: serial number of the record. */
  knownIn: u32;
  /** Cache: whether that record has a number. */
  isKnownId: u32;
  /** Cache: the number. */
  known: i64;
}

/** `true` or `false` at the first of its places that has a value. */
@unmanaged
export class BooleanSource extends Source {
  /** List of `Place`s. */
  places: usize;
  /** Number of places. */
  placeCount: u32;
  /** Counter of values that are neither; 0 = not counted. */
  unreadable: usize;
}

/** The same text in every row. */
@unmanaged
export class ConstantSource extends Source {
  /** The text. */
  text: usize;
  /** Length in bytes. */
  textBytes: u32;
}

/** The same boolean in every row. */
@unmanaged
export class FlagSource extends Source {
  /** 0 = false, 1 = true. */
  flag: u32;
}

/** The position of an item. */
@unmanaged
export class OrdinalSource extends Source {
  /** Number of levels to go outwards to the item. */
  up: i32;
  /** 1 = its position in the group, 0 = its position in its list. */
  isInGroup: u32;
}

/** The text of the first case that applies. */
@unmanaged
export class ChoiceSource extends Source {
  /** Array of `Case`s. */
  cases: usize;
  /** Number of cases. */
  caseCount: u32;
  /** The text if no case applies. */
  otherwise: usize;
  /** Length in bytes. */
  otherwiseBytes: u32;
}

/** A case applies if one of its places has a value or an item. */
@unmanaged
export class Case {
  /** List of `Place`s. */
  places: usize;
  /** Number of places. */
  placeCount: u32;
  /** The text of the case. */
  text: usize;
  /** Length in bytes. */
  textBytes: u32;
}

/** A value parsed from the first text at a place. */
@unmanaged
export class ParsedSource extends Source {
  /** Location of the text. */
  place: Place;
  /** For a date: 0 = year, 1 = month, 2 = day. */
  part: u32;
}

/** All values at a place, joined or as a list. */
@unmanaged
export class ValuesSource extends Source {
  /** Location of the values. */
  place: Place;
  /** Separator of a joined text. */
  separator: usize;
  /** Length in bytes. */
  separatorBytes: u32;
}

/** All items at a place, flattened into one text. */
@unmanaged
export class FlatSource extends Source {
  /** Location of the items. */
  place: Place;
  /** Separator of items. */
  separator: usize;
  /** Length in bytes. */
  separatorBytes: u32;
  /** Separator of the pieces of an item. */
  between: usize;
  /** Length in bytes. */
  betweenBytes: u32;
  /** Array of the `Piece`s of an item. */
  pieces: usize;
  /** Number of pieces. */
  pieceCount: u32;
}

/** Part of a flattened item: the value at the first of its places that has one. */
@unmanaged
export class Piece {
  /** List of `Place`s. */
  places: usize;
  /** Number of places. */
  placeCount: u32;
  /** Text before the value. */
  prefix: usize;
  /** Length in bytes. */
  prefixBytes: u32;
  /** Text before the value at the start of the item, which is trimmed as a whole. */
  leading: usize;
  /** Length in bytes. */
  leadingBytes: u32;
  /** Text after the value. */
  suffix: usize;
  /** Length in bytes. */
  suffixBytes: u32;
}

/** A struct for each item at a place. */
@unmanaged
export class RefsSource extends Source {
  /** Location of the items. */
  place: Place;
  /** List of the sources of the struct's fields. */
  fields: usize;
  /** Number of fields. */
  fieldCount: u32;
}

/** The rule by which an item becomes a row. */
@unmanaged
export class Rule {
  /** Location of the items; 0 = the record itself, or the items of a group. */
  place: Place | null;
  /** Field without which an item is skipped; 0 = none is skipped. */
  present: u32;
  /** Counter of the items, with or without a row. */
  items: usize;
  /** Counter of the rows. */
  rows: usize;
  /** Array of the `MissingTest`s. */
  tests: usize;
  /** Number of tests. */
  testCount: u32;
  /** List of the sources of the columns. */
  sources: usize;
  /** Number of sources. */
  sourceCount: u32;
}

/** A test for a missing value. */
@unmanaged
export class MissingTest {
  /** Source of the value. */
  source: Source;
  /** Counter of items without the value. */
  counter: usize;
  /** Whether the row is kept nevertheless. */
  isKept: u32;
}

/** The rules by which a record becomes rows of one dataset. */
@unmanaged
export class RuleSet {
  /** List of the rules, applied in order; for a group, indexed by the number of the element. */
  rules: usize;
  /** Field of the record with the items of a group, which become rows in document order; 0 = no group. */
  group: u32;
}
