/**
 * What the record-reading module and this side share: the memory layout of their structs, and the numbers of
 * kinds. `scripts/compile_parser.ts` generates `assembly/structs.ts` from it, so that there is one
 * definition. docs/parser.md describes the memory.
 */

/** `place` is an address in memory, 0 meaning none; the others are WebAssembly types. */
export type FieldType = "place" | "u32" | "i32" | "i64" | "v128";

/** A field: its type, its meaning, and for a place the struct it points to. */
export interface StructField {
  type: FieldType;
  about: string;
  of?: string;
  /** Whether the place can be 0. */
  maybe?: boolean;
}

/** A struct in the module's memory. */
export interface Struct {
  about: string;
  /** The struct whose fields come first. */
  base?: string;
  fields: Readonly<Record<string, StructField>>;
}

const place = (about: string, of?: string): StructField => ({ type: "place", about, ...(of && { of }) });
const maybe = (about: string, of: string): StructField => ({ type: "place", about, of, maybe: true });
const u32 = (about: string): StructField => ({ type: "u32", about });
const i32 = (about: string): StructField => ({ type: "i32", about });
const i64 = (about: string): StructField => ({ type: "i64", about });
const v128 = (about: string): StructField => ({ type: "v128", about });

/** A text that the module copies from. */
const span = (name: string, about: string): Record<string, StructField> => ({
  [name]: place(about),
  [`${name}Bytes`]: u32("How many bytes it has."),
});

/** Places to look up a value, in order. */
const places = { places: place("A list of `Place`s."), placeCount: u32("How many there are.") };

/** Every struct by name. Lists of places end with a 0, unless there is a count. */
export const structs = {
  TagText: {
    about: "A piece of markup of up to 32 bytes, with a mask of those that it has.",
    fields: {
      length: u32("How many bytes it has."),
      low: v128("The first 16 bytes."),
      high: v128("The others."),
      lowMask: v128("255 for each byte of `low` that counts."),
      highMask: v128("255 for each byte of `high` that counts."),
    },
  },
  Element: {
    about: "An element that is known; as a text `<name`.",
    base: "TagText",
    fields: {
      endTag: place("`</name>`", "TagText"),
      text: u32("The field of its text; 0 = it is not kept."),
      scope: maybe("What its items have, if each is an item.", "Scope"),
      leader: maybe(
        "The element that begins its items when it stands just before it; otherwise each is a new one.",
        "Element",
      ),
      isText: u32("Whether it holds text, and then no elements."),
      onceBit: u32(
        "One bit, of its own among the children of the parent that may stand there once; 0 = it may be repeated.",
      ),
      children: place("A list of the elements that may stand in it."),
      attributes: place("A list of the attributes that it may have."),
      trimmed: u32("How often white space was taken from its text."),
      firstChild: maybe("The child that came first the last time.", "Element"),
      follower: maybe("The sibling that came after it the last time.", "Element"),
      firstAttribute: maybe("The attribute that came first the last time.", "Attribute"),
    },
  },
  Attribute: {
    about: 'An attribute that is known; as a text ` name="`.',
    base: "TagText",
    fields: {
      value: u32("The field of its value; 0 = it is not kept."),
      bit: u32("One bit, of its own among the attributes of the element."),
      trimmed: u32("How often white space was taken from its value."),
      follower: maybe("The attribute that came after it the last time.", "Attribute"),
    },
  },
  Scope: {
    about: "What the items of one element have in common.",
    fields: {
      bytes: u32("The size of such an item on the tape."),
      list: u32("The field, in the item that they stand in, with the first and the last of them."),
      group: u32(
        "The field of the record with the first and the last item of a group of elements, whose items are counted together; how many there are is in the field behind it. 0 = there is none.",
      ),
      number: u32("Which of the group's elements it is, from 0."),
    },
  },
  Item: {
    about: "An item on the tape: an element that makes a row or a struct. Its fields stand behind it.",
    fields: {
      parent: maybe("The item that it stands in.", "Item"),
      next: maybe("The next one of the same element in the same item.", "Item"),
      nextInGroup: maybe("The next one of the group.", "Item"),
      number: u32("Which of the group's elements it is of."),
      ordinal: u32("Its place among those of the same element in the same item, from 1."),
      groupOrdinal: u32("Its place among those of the group, from 1."),
    },
  },
  Value: {
    about: "One of several values of a field: trimmed bytes, none = NULL.",
    fields: {
      start: place("Where it begins."),
      end: place("Where it ends."),
      next: maybe("The next one.", "Value"),
    },
  },
  Column: {
    about:
      "The rows of a column: its validity, and the words of numbers, bytes of booleans or texts, or offsets of lists.",
    fields: {
      bits: place("One bit a row, 1 = not NULL."),
      bitBytes: u32("The size of the bits' memory."),
      length: u32("How many rows there are."),
      nullCount: u32("How many of them are NULL."),
      data: place("The values."),
      dataBytes: u32("The size of the values' memory."),
      used: u32("Bytes of `data` that whole values take."),
      at: u32("Where the next piece goes of the text that is being made."),
      items: maybe("Items of a list: the column with as many rows as there are.", "Column"),
    },
  },
  Place: {
    about: "Where a value or some items are, as seen from an item.",
    fields: {
      up: i32("How many items further out; IN_RECORD = in the record itself."),
      down: place("A list of fields of items that are gone through, from there on; 0 = none."),
      field: u32("The field of the value, or of the first and the last item."),
      passedOver: place("Where it is counted that another value is taken instead of this one; 0 = nowhere."),
    },
  },
  Source: {
    about: "How a column's value is derived.",
    fields: { kind: u32("One of the kinds."), column: place("Where it goes.", "Column") },
  },
  TextSource: { about: "The first of its places that holds a value.", base: "Source", fields: places },
  IdSource: {
    about: "The first of its places that holds a number.",
    base: "Source",
    fields: {
      ...places,
      zeroIsNull: u32("Whether 0 is NULL."),
      unreadable: place("Where it is counted that something is no number; 0 = nowhere."),
      isOfRecord: u32("Whether it is the same for all items of a record."),
      knownIn: u32("The record whose number is known."),
      isKnownId: u32("Whether that record has one."),
      known: i64("The number."),
    },
  },
  BooleanSource: {
    about: "`true` or `false` at the first of its places that holds a value.",
    base: "Source",
    fields: { ...places, unreadable: place("Where it is counted that something is neither; 0 = nowhere.") },
  },
  ConstantSource: { about: "The same text in every row.", base: "Source", fields: span("text", "The text.") },
  FlagSource: {
    about: "The same boolean in every row.",
    base: "Source",
    fields: { flag: u32("0 = false, 1 = true.") },
  },
  OrdinalSource: {
    about: "The place of an item among others.",
    base: "Source",
    fields: {
      up: i32("Of which item: how many further out."),
      isInGroup: u32("Whether it is that in the group, or in its list."),
    },
  },
  ChoiceSource: {
    about: "The text of the first case that applies.",
    base: "Source",
    fields: {
      cases: place("The cases, one behind the other."),
      caseCount: u32("How many there are."),
      ...span("otherwise", "The text when none applies."),
    },
  },
  Case: {
    about: "Applies when one of its places holds a value or an item.",
    fields: { ...places, ...span("text", "Its text.") },
  },
  ParsedSource: {
    about: "What is read from the first value at a place.",
    base: "Source",
    fields: {
      place: place("Where the value is.", "Place"),
      part: u32("Of a date: 0 = the year, 1 = the month, 2 = the day."),
    },
  },
  ValuesSource: {
    about: "All values at a place, as one text or as a list.",
    base: "Source",
    fields: {
      place: place("Where they are.", "Place"),
      ...span("separator", "What stands between them in one text."),
    },
  },
  FlatSource: {
    about: "All items at a place as one text.",
    base: "Source",
    fields: {
      place: place("Where they are.", "Place"),
      ...span("separator", "What stands between items."),
      ...span("between", "What stands between the pieces of an item."),
      pieces: place("The pieces of each item, one behind the other."),
      pieceCount: u32("How many there are."),
    },
  },
  Piece: {
    about: "Part of a flattened item: the first of its places that holds a value.",
    fields: {
      ...places,
      ...span("prefix", "What stands before the value."),
      ...span("leading", "The same where it begins the item, which is trimmed as a whole."),
      ...span("suffix", "What stands behind the value."),
    },
  },
  RefsSource: {
    about: "A struct for each item at a place.",
    base: "Source",
    fields: {
      place: place("Where they are.", "Place"),
      fields: place("A list of the sources of the struct's fields."),
      fieldCount: u32("How many there are."),
    },
  },
  Rule: {
    about: "How an item makes a row.",
    fields: {
      place: maybe("Where the items are; 0 = the record itself, or those of a group.", "Place"),
      present: u32("The field that an item must have, or it is passed over; 0 = none."),
      items: place("Where the items are counted, whether they make a row or not."),
      rows: place("Where the rows are counted."),
      tests: place("The values that may be missing, one behind the other."),
      testCount: u32("How many there are."),
      sources: place("A list of the columns' sources."),
      sourceCount: u32("How many there are."),
    },
  },
  MissingTest: {
    about: "A value that may be missing.",
    fields: {
      source: place("The value.", "Source"),
      counter: place("Where the cases are counted."),
      isKept: u32("Whether the row is made all the same."),
    },
  },
  RuleSet: {
    about: "How a record makes rows of one dataset.",
    fields: {
      rules: place("A list of the rules: one after the other, or by the number of a group's elements."),
      group: u32(
        "The field of the record with the items of a group, which make rows in their order; 0 = there is none.",
      ),
    },
  },
} as const satisfies Record<string, Struct>;

/** Name of a struct. */
export type StructName = keyof typeof structs;

/** The kinds of sources. */
export const sourceKinds = [
  "text",
  "id",
  "boolean",
  "constant",
  "flag",
  "nothing",
  "ordinal",
  "choice",
  "duration",
  "date",
  "roles",
  "joined",
  "list",
  "flat",
  "refs",
] as const;

/** `Place.up` for lookups in the record itself. */
export const IN_RECORD = -1;
/** Added to a field (an offset, a multiple of 8) that holds several values. */
export const SEVERAL = 1;
/** Added to the field of a place that holds items rather than a value. */
export const ITEMS = 2;
/** Size of a field: start and end of a value, or first and last of several values or items. */
export const FIELD_BYTES = 8;

const SIZES: Record<FieldType, number> = { place: 4, u32: 4, i32: 4, i64: 8, v128: 16 };

/**
 * Offsets of a struct's fields, and its size. Each field is aligned to its own size, as in AssemblyScript.
 */
export interface StructLayout {
  offsets: ReadonlyMap<string, { offset: number; type: FieldType }>;
  bytes: number;
}

/** Computes the memory layout of a struct. */
export function layoutOf(name: StructName): StructLayout {
  const known = layouts.get(name);
  if (known !== undefined) return known;
  const struct: Struct = structs[name];
  const base = struct.base === undefined ? undefined : layoutOf(struct.base as StructName);
  const offsets = new Map(base?.offsets);
  let bytes = base?.bytes ?? 0;
  for (const [field, { type }] of Object.entries(struct.fields)) {
    const offset = Math.ceil(bytes / SIZES[type]) * SIZES[type];
    offsets.set(field, { offset, type });
    bytes = offset + SIZES[type];
  }
  const layout = { offsets, bytes };
  layouts.set(name, layout);
  return layout;
}

const layouts = new Map<StructName, StructLayout>();

/** Offset of a field of a struct. */
export function offsetOf(name: StructName, field: string): number {
  const found = layoutOf(name).offsets.get(field);
  if (found === undefined) throw new TypeError(`${name} has no field ${field}`);
  return found.offset;
}
