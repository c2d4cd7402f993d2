import { type ElementPlan, emptyPlan, type Layout } from "./layout.ts";
import { TagText } from "./tag_text.ts";

/** That a layout does not keep something. */
export const NOT_KEPT = -1;

/**
 * Large elements of records, and the part of their end tag that is searched for: it begins with a letter that is rare
 * in them, because a search stops at each. Where nothing of one is kept, the scanner does not look at what is in it,
 * but for its end.
 */
const LARGE_SUBTREES = {
  images: "</images",
  tracklist: "klist",
  videos: "</videos",
  companies: "mpanies",
  notes: "</notes",
};

/** How the end of an element is found that is jumped over. */
export interface Jump {
  /** A part of the end tag, and how far it is from the tag's beginning. */
  part: Buffer;
  distance: number;
  /** `</name` */
  endTag: TagText;
}

/** What the scanner keeps of an element: an ElementPlan whose names are found by their bytes. */
export interface ScanElement {
  /** `<name` */
  startTag: TagText;
  /** `</name>` */
  endTag: TagText;
  textSlot: number;
  nodeSlot: number;
  children: NameTable<ScanElement>;
  /** The child that came first the last time. */
  firstChild: ScanElement | undefined;
  /** The sibling that came after it the last time. */
  follower: ScanElement | undefined;
  attributes: NameTable<ScanAttribute>;
  /** The attribute that came first the last time. */
  firstAttribute: ScanAttribute | undefined;
}

/** An attribute that is kept. */
export interface ScanAttribute {
  /** ` name="` */
  text: TagText;
  slot: number;
  /** One bit, of its own among the attributes of the element. */
  bit: number;
  /** The attribute that came after it the last time. */
  follower: ScanAttribute | undefined;
}

/** A layout in the scanner's form. */
export interface ScanPlan {
  /** Not an element: what stands around a record, with the record element as its only child. */
  outside: ScanElement;
  /** For the children of a record that are jumped over. */
  jumps: NameTable<Jump>;
}

/** Compiles a layout. */
export function compileScanPlan({ entity, record }: Layout): ScanPlan {
  const large = Object.entries(LARGE_SUBTREES).filter(([name]) => !record.children.has(name));
  return {
    outside: compileElement("\0", { ...emptyPlan(), children: new Map([[entity, record]]) }),
    jumps: new NameTable(large.map(([name, part]) => [name, compileJump(`</${name}`, part)])),
  };
}

function compileJump(endTag: string, part: string): Jump {
  return { part: Buffer.from(part), distance: endTag.indexOf(part), endTag: new TagText(endTag) };
}

function compileElement(name: string, plan: ElementPlan): ScanElement {
  return {
    startTag: new TagText(`<${name}`),
    endTag: new TagText(`</${name}>`),
    textSlot: plan.textSlot ?? NOT_KEPT,
    nodeSlot: plan.nodeSlot ?? NOT_KEPT,
    children: new NameTable(
      [...plan.children].map(([childName, child]) => [childName, compileElement(childName, child)]),
    ),
    firstChild: undefined,
    follower: undefined,
    attributes: new NameTable(
      [...plan.attributes].map(([attribute, slot], index) => [
        attribute,
        { text: new TagText(` ${attribute}="`), slot, bit: 1 << index, follower: undefined },
      ]),
    ),
    firstAttribute: undefined,
  };
}

/** A few values by name, looked up by the bytes of the name where they stand. */
export class NameTable<T> {
  readonly #names: Uint8Array[] = [];
  readonly #values: T[] = [];
  /** By length and first byte: 1 + the index of the first name with these, 0 = none. */
  readonly #first = new Uint8Array(32 * 128);
  /** 1 + the index of the next name with the same length and first byte. */
  readonly #next: number[] = [];
  readonly isEmpty: boolean;

  constructor(entries: readonly (readonly [string, T])[]) {
    this.isEmpty = entries.length === 0;
    for (const [name, value] of entries) {
      const bytes = new Uint8Array(Buffer.from(name));
      const bucket = bucketOf(bytes[0] as number, bytes.length);
      this.#names.push(bytes);
      this.#values.push(value);
      this.#next.push(this.#first[bucket] as number);
      this.#first[bucket] = this.#names.length;
    }
  }

  /** The value of the name `bytes[start, end)`; undefined when it has none. */
  find(bytes: Uint8Array, start: number, end: number): T | undefined {
    if (this.isEmpty) return undefined;
    let entry = this.#first[bucketOf(bytes[start] as number, end - start)] as number;
    while (entry > 0) {
      if (isAt(bytes, start, end, this.#names[entry - 1] as Uint8Array)) return this.#values[entry - 1];
      entry = this.#next[entry - 1] as number;
    }
    return undefined;
  }
}

function bucketOf(first: number, length: number): number {
  return ((length & 31) << 7) | (first & 127);
}

function isAt(bytes: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
  return true;
}
