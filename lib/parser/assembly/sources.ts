import { Column } from "./columns";

// How values are derived, as `lib/parser/row_rules.ts` writes it to memory. A list of numbers or pointers that belongs
// to a source stands behind it; other lists are pointers.

export const TEXT: i32 = 0;
export const ID: i32 = 1;
export const JOINED: i32 = 2;
export const LIST: i32 = 3;
export const FLAT: i32 = 4;
export const REFS: i32 = 5;

/** How a column's value is derived from a record. */
@unmanaged
export class Source {
  kind: i32;
  column: Column;
}

// A place where a value is looked up is four times its slot, and 2 more when it is just before the item that makes the row.

/** The same when it is anywhere in the record. */
export const IN_RECORD: i32 = 0;
/** The same when it is inside the item. */
export const IN_ITEM: i32 = 1;

/** The first of its places, which stand behind it, that holds a value. */
@unmanaged
export class TextSource extends Source {
  count: i32;
}

/** The first of its places, which stand behind it, that holds a number. */
@unmanaged
export class IdSource extends Source {
  zeroIsNull: i32;
  count: i32;
}

/** The texts of a slot. */
@unmanaged
export class JoinedSource extends Source {
  slot: i32;
  separator: usize;
  separatorLength: usize;
}

/** The texts of a slot. */
@unmanaged
export class ListSource extends Source {
  slot: i32;
}

/** The items of a slot: the pieces of each, which stand behind the source, `between` them, and the separator. */
@unmanaged
export class FlatSource extends Source {
  slot: i32;
  separator: usize;
  separatorLength: usize;
  between: usize;
  betweenLength: usize;
  count: i32;
}

/** Part of a flattened item: the first of its places that holds a value. */
@unmanaged
export class Piece {
  places: usize;
  count: i32;
  prefix: usize;
  prefixLength: usize;
  /** The item as a whole is trimmed: a prefix that begins it loses its blank. */
  leading: usize;
  leadingLength: usize;
  suffix: usize;
  suffixLength: usize;
}

/** A struct for each item of a slot: the sources of its fields stand behind it. */
@unmanaged
export class RefsSource extends Source {
  slot: i32;
  count: i32;
}

/** Rows made of a record: one for each item of a slot, or one for the record itself. */
@unmanaged
export class Rule {
  /** NONE = the record itself. */
  slot: i32;
  /** Where the items are counted, whether they make a row or not. */
  items: usize;
  /** Where the rows are counted. */
  rows: usize;
  tests: usize;
  testCount: i32;
  sources: usize;
  sourceCount: i32;
}

/** A value that may be missing. */
@unmanaged
export class MissingTest {
  source: Source;
  /** Where the cases are counted. */
  counter: usize;
  /** Whether the row is made all the same. */
  isKept: i32;
}
