import { type ElementPlan, type Layout, NOT_KEPT, planAround } from "./layout.ts";
import { type RecordModule, wordBytes } from "./record_module.ts";

// Writes a layout to the memory of the module, in the form of `lib/parser/assembly/plan.ts`.

const LONGEST_TAG = 32;
const NONE_YET = 0;

/** That a child may stand in its parent any number of times. */
const REPEATS = 0;
/** Bits that tell the other children of an element apart. */
const BITS = 32;

/**
 * Elements that may not be looked into, and the part of their end tag that is searched for: it begins and ends with
 * letters that are rare in them, because a search stops at each.
 */
const END_PARTS: Record<string, string> = {
  images: "</images",
  tracklist: "klist",
  videos: "</videos",
  companies: "mpanies",
  notes: "</notes",
};

/** Where the parts of a plan stand in the module's memory. */
export interface ScanPlan {
  /** Not an element: what stands around a record, with the record element as its only child. */
  outside: number;
  /** A list of those children of a record that are jumped over. */
  jumps: number;
  /** How a line begins that begins with a record, and how many bytes that has. */
  mark: [place: number, length: number];
}

/** Writes a layout to the module's memory. */
export function putScanPlan(module: RecordModule, layout: Layout): ScanPlan {
  const bits = onceBits(layout.record);
  const unread = [...layout.record.children].filter(([, plan]) => plan.isUnread);
  return {
    outside: putElement(module, "\0", planAround(layout), REPEATS),
    jumps: module.putList(unread.map(([name, plan]) => putJump(module, name, bits.get(plan) ?? REPEATS))),
    mark: module.putText(`\n<${layout.entity}`),
  };
}

/** One bit for each child that may not be repeated. */
function onceBits(plan: ElementPlan): Map<ElementPlan, number> {
  const once = [...plan.children.values()].filter((child) => !child.repeats);
  if (once.length > BITS) throw new TypeError("an element has too many children for the scanner");
  return new Map(once.map((child, index) => [child, 1 << index]));
}

function putElement(module: RecordModule, name: string, plan: ElementPlan, onceBit: number): number {
  const bits = onceBits(plan);
  const children = [...plan.children]
    .filter(([, child]) => !child.isUnread)
    .map(([childName, child]) => putElement(module, childName, child, bits.get(child) ?? REPEATS));
  const attributes = [...plan.attributes].map(([attribute, slot], index) =>
    putTagText(module, ` ${attribute}="`, [slot, 1 << index, NONE_YET]),
  );
  return putTagText(module, `<${name}`, [
    putTagText(module, `</${name}>`),
    plan.textSlot ?? NOT_KEPT,
    plan.nodeSlot ?? NOT_KEPT,
    plan.content === "text" ? 1 : 0,
    onceBit,
    module.putList(children),
    module.putList(attributes),
    ...[NONE_YET, NONE_YET, NONE_YET],
  ]);
}

function putJump(module: RecordModule, name: string, onceBit: number): number {
  const endTag = `</${name}`;
  const part = END_PARTS[name] ?? endTag;
  return putTagText(module, `<${name}`, [
    putTagText(module, endTag),
    ...module.putText(part),
    endTag.indexOf(part),
    onceBit,
  ]);
}

/** A piece of markup, and the words behind it. */
function putTagText(module: RecordModule, text: string, words: readonly number[] = []): number {
  const bytes = Buffer.from(text);
  if (bytes.length > LONGEST_TAG) throw new TypeError(`${text} is too long a name for the scanner`);
  const fixed = Buffer.alloc(16 + LONGEST_TAG * 2);
  fixed.writeUInt32LE(bytes.length);
  fixed.set(bytes, 16);
  fixed.fill(0xff, 16 + LONGEST_TAG, 16 + LONGEST_TAG + bytes.length);
  return module.put(Buffer.concat([fixed, wordBytes(words)]));
}
