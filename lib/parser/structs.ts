/**
 * The memory layout of the structs, and the numbers of the kinds, that the record-reading module shares with the code
 * around it. `scripts/compile_parser.ts` generates `assembly/structs.ts` from this file, so each is defined once.
 * docs/parser.md describes the memory.
 */

/** `place` is an address in memory, 0 if there is none; the others are WebAssembly types. */
export type FieldType = "place" | "u32" | "i32" | "i64" | "v128";

/** A field: its type, its description, and for a place the struct that it points to. */
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

/** A text in memory: its address and its length. */
const span = (name: string, about: string): Record<string, StructField> => ({
  [name]: place(about),
  [`${name}Bytes`]: u32("Length in bytes."),
});

/** Places to look up a value, in order. */
const places = { places: place("List of `Place`s."), placeCount: u32("Number of places.") };
const ownField = { ownField: u32("Field of the item itself, if that is the only place; otherwise 0.") };

/** Every struct by name. Lists of addresses end with a 0, unless there is a count. */
export const structs = {
  TagText: {
    about: "A piece of markup of up to 32 bytes, with a mask of the bytes in use.",
    fields: {
      length: u32("Length in bytes."),
      low: v128("Bytes 0 to 15."),
      high: v128("Bytes 16 to 31."),
      lowMask: v128("255 for each byte of `low` in use."),
      highMask: v128("255 for each byte of `high` in use."),
    },
  },
  Element: {
    about: "A known element. Its markup is `<name`.",
    base: "TagText",
    fields: {
      endTag: place("`</name>`", "TagText"),
      text: u32("Field for its text; 0 = the text is not kept."),
      scope: maybe("Properties of its items, if each such element is an item.", "Scope"),
      leader: maybe(
        "An element that, directly before this one, begins the item to which this one belongs; otherwise each is a new item.",
        "Element",
      ),
      isText: u32("Whether it contains text; it then has no child elements."),
      onceBit: u32(
        "The bit assigned to it among the children that may occur only once in the parent; 0 = it may be repeated.",
      ),
      children: place("List of its possible child elements."),
      attributes: place("List of its possible attributes."),
      trimmed: u32("Number of texts from which white space was trimmed."),
      firstChild: maybe("Prediction: its first child the last time.", "Element"),
      follower: maybe("Prediction: its next sibling the last time.", "Element"),
      firstAttribute: maybe("Prediction: its first attribute the last time.", "Attribute"),
    },
  },
  Attribute: {
    about: 'A known attribute. Its markup is ` name="`.',
    base: "TagText",
    fields: {
      value: u32("Field for its value; 0 = the value is not kept."),
      bit: u32("The bit assigned to it among the attributes of the element."),
      trimmed: u32("Number of values from which white space was trimmed."),
      follower: maybe("Prediction: the next attribute the last time.", "Attribute"),
    },
  },
  Scope: {
    about: "Properties shared by all items of an element.",
    fields: {
      bytes: u32("Size of such an item on the tape."),
      list: u32("Field of the enclosing item that holds the first and the last of them."),
      group: u32(
        "Field of the record that holds the first and the last item of a group of elements, whose items are numbered together; the next field holds their count. 0 = no group.",
      ),
      number: u32("Index of the element within the group, from 0."),
    },
  },
  Item: {
    about: "An item on the tape: an element that becomes a row or a struct. Its fields follow it.",
    fields: {
      record: maybe("The record that contains it; itself if it is a record.", "Item"),
      parent: maybe("The enclosing item.", "Item"),
      next: maybe("The next item of the same element in the same parent.", "Item"),
      nextInGroup: maybe("The next item of the group.", "Item"),
      number: u32("Index of its element within the group."),
      ordinal: u32(
        "Its position among the items of the same element in the same parent, or that of a record among all records, from 1.",
      ),
      groupOrdinal: u32("Its position in the group, from 1."),
    },
  },
  Value: {
    about: "One of several values of a field: a trimmed range of bytes; an empty one is NULL.",
    fields: {
      start: place("Address of its first byte."),
      end: place("Address after its last byte."),
      next: maybe("The next value.", "Value"),
    },
  },
  Column: {
    about:
      "The rows of a column: validity bits, and 64-bit numbers, bytes of booleans or texts, or offsets of lists.",
    fields: {
      bits: place("One bit per row, 1 = not NULL."),
      bitBytes: u32("Size of the memory of the bits."),
      length: u32("Number of rows."),
      nullCount: u32("Number of NULLs among them."),
      data: place("Address of the values."),
      dataBytes: u32("Size of the memory of the values."),
      used: u32("Bytes of `data` occupied by complete values."),
      at: u32("Bytes of `data` occupied, including those of the text being written."),
      hasTexts: u32("Whether its values are texts."),
      lengths: place("Bytes of each text that is not NULL; memory for as many as there are bits."),
      items: maybe("For a list: the column with one row per list item.", "Column"),
    },
  },
  Place: {
    about: "Location of a value or of items, relative to an item.",
    fields: {
      up: i32("Number of levels to go outwards; IN_RECORD = start from the record itself."),
      down: place("List of item fields to follow from there; 0 = none."),
      field: u32("Field of the value, or of the first and the last item."),
      passedOver: place("Counter of values at this place that differ from the value used; 0 = not counted."),
    },
  },
  Source: {
    about: "The rule that derives a column's value.",
    fields: { kind: u32("Index in `sourceKinds`."), column: place("The column to append to.", "Column") },
  },
  TextSource: {
    about: "The value at the first of its places that has one.",
    base: "Source",
    fields: { ...places, ...ownField },
  },
  IdSource: {
    about: "The number at the first of its places that has one.",
    base: "Source",
    fields: {
      ...places,
      ...ownField,
      zeroIsNull: u32("Whether 0 becomes NULL."),
      unreadable: place("Counter of values that are not numbers; 0 = not counted."),
      isOfRecord: u32("Whether it is the same for all items of a record, and therefore cached."),
      knownIn: u32("Cache: serial number of the record."),
      isKnownId: u32("Cache: whether that record has a number."),
      known: i64("Cache: the number."),
    },
  },
  BooleanSource: {
    about: "`true` or `false` at the first of its places that has a value.",
    base: "Source",
    fields: { ...places, unreadable: place("Counter of values that are neither; 0 = not counted.") },
  },
  ConstantSource: { about: "The same text in every row.", base: "Source", fields: span("text", "The text.") },
  FlagSource: {
    about: "The same boolean in every row.",
    base: "Source",
    fields: { flag: u32("0 = false, 1 = true.") },
  },
  OrdinalSource: {
    about: "The position of an item.",
    base: "Source",
    fields: {
      up: i32("Number of levels to go outwards to the item."),
      isInGroup: u32("1 = its position in the group, 0 = its position in its list."),
    },
  },
  ChoiceSource: {
    about: "The text of the first case that applies.",
    base: "Source",
    fields: {
      cases: place("Array of `Case`s."),
      caseCount: u32("Number of cases."),
      ...span("otherwise", "The text if no case applies."),
    },
  },
  Case: {
    about: "A case applies if one of its places has a value or an item.",
    fields: { ...places, ...span("text", "The text of the case.") },
  },
  ParsedSource: {
    about: "A value parsed from the first text at a place.",
    base: "Source",
    fields: {
      place: place("Location of the text.", "Place"),
      part: u32("For a date: 0 = year, 1 = month, 2 = day."),
    },
  },
  ValuesSource: {
    about: "All values at a place, joined or as a list.",
    base: "Source",
    fields: {
      place: place("Location of the values.", "Place"),
      ...span("separator", "Separator of a joined text."),
    },
  },
  FlatSource: {
    about: "All items at a place, flattened into one text.",
    base: "Source",
    fields: {
      place: place("Location of the items.", "Place"),
      ...span("separator", "Separator of items."),
      ...span("between", "Separator of the pieces of an item."),
      pieces: place("Array of the `Piece`s of an item."),
      pieceCount: u32("Number of pieces."),
    },
  },
  Piece: {
    about: "Part of a flattened item: the value at the first of its places that has one.",
    fields: {
      ...places,
      ...span("prefix", "Text before the value."),
      ...span("leading", "Text before the value at the start of the item, which is trimmed as a whole."),
      ...span("suffix", "Text after the value."),
    },
  },
  RefsSource: {
    about: "A struct for each item at a place.",
    base: "Source",
    fields: {
      place: place("Location of the items.", "Place"),
      fields: place("List of the sources of the struct's fields."),
      fieldCount: u32("Number of fields."),
    },
  },
  Rule: {
    about: "The rule by which an item becomes a row.",
    fields: {
      place: maybe("Location of the items; 0 = the record itself, or the items of a group.", "Place"),
      present: u32("Field without which an item is skipped; 0 = none is skipped."),
      items: place("Counter of the items, with or without a row."),
      rows: place("Counter of the rows."),
      tests: place("Array of the `MissingTest`s."),
      testCount: u32("Number of tests."),
      sources: place("List of the sources of the columns."),
      sourceCount: u32("Number of sources."),
    },
  },
  MissingTest: {
    about: "A test for a missing value.",
    fields: {
      source: place("Source of the value.", "Source"),
      counter: place("Counter of items without the value."),
      isKept: u32("Whether the row is kept nevertheless."),
    },
  },
  RuleSet: {
    about: "The rules by which a record becomes rows of one dataset.",
    fields: {
      rules: place("List of the rules, applied in order; for a group, indexed by the number of the element."),
      group: u32(
        "Field of the record with the items of a group, which become rows in document order; 0 = no group.",
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

/** `Place.up` for a lookup that starts from the record itself. */
export const IN_RECORD = -1;
/** Added to a field (an offset, a multiple of 8) that holds several values. */
export const SEVERAL = 1;
/** Added to the field of a place that holds items rather than a value. */
export const ITEMS = 2;
/** Size of a field in bytes: start and end of a value, or first and last of several values or items. */
export const FIELD_BYTES = 8;

const SIZES: Record<FieldType, number> = { place: 4, u32: 4, i32: 4, i64: 8, v128: 16 };

/** Offsets of a struct's fields, and its size in bytes. Each field is aligned to its own size, as in AssemblyScript. */
export interface StructLayout {
  offsets: ReadonlyMap<string, { offset: number; type: FieldType }>;
  bytes: number;
}

/** Memory layout of a struct, the fields of its base first. */
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

/** Offset of a field of a struct, in bytes. TypeError if it has no such field. */
export function offsetOf(name: StructName, field: string): number {
  const found = layoutOf(name).offsets.get(field);
  if (found === undefined) throw new TypeError(`${name} has no field ${field}`);
  return found.offset;
}
