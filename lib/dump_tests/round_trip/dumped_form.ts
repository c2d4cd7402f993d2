import type { XmlElement } from "../dump_records.ts";
import { readNumber, trim } from "../xml_values.ts";
import { below, ELEMENT, type Entry, normalValue } from "./entry.ts";
import { type KnownElement, knownRecord } from "./known_element.ts";
import type { Leaf, Reading, RecordShape } from "./shape.ts";

/** A record according to the dump. */
export interface DumpedRecord {
  /** Undefined for a record in no dataset, which has no id or lacks what an entity must have. */
  id: bigint | undefined;
  entries: Entry[];
}

/** Builds the normal form of a record from its XML, including what the shape does not know. */
export class DumpedForm {
  readonly #shape: RecordShape;
  readonly #known: KnownElement;

  constructor(shape: RecordShape) {
    this.#shape = shape;
    this.#known = knownRecord(shape);
  }

  of(record: XmlElement): DumpedRecord {
    const { id, needs } = this.#shape;
    const entries: Entry[] = [];
    addElement(entries, record, this.#known, "");
    const valueAt = (path: string) => entries.find((entry) => entry.path === path)?.value;
    const found = valueAt(id.paths[0]);
    const isEntity = found !== undefined && (needs === undefined || valueAt(needs) !== undefined);
    return { id: isEntity ? BigInt(found) : undefined, entries };
  }
}

/** Adds the contents of an element; returns how many of the values have a column. */
function addElement(entries: Entry[], element: XmlElement, known: KnownElement, path: string): number {
  const first = entries.length;
  let values = 0;
  for (const [name, value] of Object.entries(element.attributes))
    values += addValue(entries, below(path, `@${name}`), value, known.attributes.get(name));
  const textPath = isText(element, known) ? path : below(path, ".");
  values += addValue(entries, textPath, element.text, known.own ?? known.field);
  const children = known.idBefore === undefined ? element.children : foldIds(element, known.idBefore);
  values += addChildren(entries, children, known, path);
  for (const leaf of known.alternatives) mergeAlternatives(entries, first, path, leaf);
  return values;
}

/** Whether an element consists only of its text, so that its path is that of the text. */
function isText({ children }: XmlElement, known: KnownElement): boolean {
  return known.field !== undefined || known.item === "text" || (known === NOTHING && children.length === 0);
}

function addChildren(
  entries: Entry[],
  children: readonly XmlElement[],
  { children: knownChildren }: KnownElement,
  path: string,
): number {
  const seen = new Map<string, number>();
  let values = 0;
  for (const child of children) {
    const known = knownChildren.get(child.name) ?? NOTHING;
    const number = (seen.get(child.name) ?? 0) + 1;
    const plain = below(path, child.name);
    if (known.item === undefined) {
      const found = addElement(entries, child, known, number === 1 ? plain : `${plain}[${number}]`);
      // A second child has no column if only one is read.
      if (number === 1) values += found;
      seen.set(child.name, number);
      continue;
    }
    const item = `${plain}[${number}]`;
    if (known.item === "row") entries.push({ path: item, value: ELEMENT });
    const found = addElement(entries, child, { ...known, field: undefined }, item);
    if (number === 1 && known.field !== undefined) addValue(entries, plain, child.text, known.field);
    if (known.item === "row" || found > 0) seen.set(child.name, number);
    values += found;
  }
  return values;
}

/** Adds an unknown element with its contents. */
const NOTHING: KnownElement = { attributes: new Map(), children: new Map(), alternatives: [] };

/** Adds a non-empty value; returns 1 if there is one and it has a column. */
function addValue(entries: Entry[], path: string, text: string, leaf: Leaf | undefined): number {
  const value = readValue(leaf?.reading ?? "text", text);
  if (value === undefined) return 0;
  entries.push({ path, value });
  return leaf === undefined ? 0 : 1;
}

function readValue(reading: Reading, text: string): string | undefined {
  const trimmed = trim(text);
  if (reading === "text") return normalValue(reading, trimmed);
  if (reading === "boolean") return /^(true|false)$/.test(trimmed) ? trimmed : undefined;
  return normalValue(reading, readNumber(trimmed) ?? "");
}

/**
 * Merges a value that may occur at several paths into one entry at the first. A different value stays where it is, because no
 * dataset keeps it.
 */
function mergeAlternatives(entries: Entry[], from: number, outer: string, { paths }: Leaf): void {
  const [first, ...others] = paths.map((path) => below(outer, path));
  for (const other of others) {
    const chosen = entries.find(({ path }, index) => index >= from && path === first);
    const index = entries.findIndex(({ path }, place) => place >= from && path === other);
    const second = entries[index];
    if (second === undefined) continue;
    if (chosen === undefined) second.path = first as string;
    else if (chosen.value === second.value) entries.splice(index, 1);
  }
}

/** Moves the `<id>` before an item into the item, and turns an `<id>` without a following item into one. */
function foldIds({ children }: XmlElement, item: string): XmlElement[] {
  return children.flatMap((child, index) => {
    const before = children[index - 1];
    if (child.name === item) return before?.name === "id" ? withId(child, before) : [child];
    if (child.name !== "id") return [child];
    const isOfNext = children[index + 1]?.name === item;
    return isOfNext ? [] : withId({ name: item, attributes: {}, children: [], text: "" }, child);
  });
}

/** The item with the id, and the parts of the `<id>` that are in no column. */
function withId(item: XmlElement, id: XmlElement): XmlElement[] {
  const own = readValue("id", item.attributes.id ?? "");
  const other = readValue("id", id.text);
  const isTaken = own === undefined || other === undefined || own === other;
  const attributes = own === undefined ? { ...item.attributes, id: id.text } : item.attributes;
  const rest = { ...id, text: isTaken ? "" : id.text };
  return [rest, { ...item, attributes }];
}
