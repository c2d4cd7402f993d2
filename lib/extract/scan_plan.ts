import { type ElementPlan, emptyPlan, type Layout } from "../dump/layout.ts";
import { type RecordModule, wordBytes } from "./record_module.ts";

// Writes a layout to the memory of the module, in the form of `lib/assembly/plan.ts`.

/** That a layout does not keep something. */
const NOT_KEPT = -1;
const LONGEST_TAG = 32;
const NONE_YET = 0;

/**
 * Large elements of records, and the part of their end tag that is searched for: it begins and ends with letters that
 * are rare in them, because a search stops at each. Where nothing of one is kept, the scanner does not look at what is
 * in it, but for its end.
 */
const LARGE_SUBTREES = {
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
export function putScanPlan(module: RecordModule, { entity, record }: Layout): ScanPlan {
  const large = Object.entries(LARGE_SUBTREES).filter(([name]) => !record.children.has(name));
  return {
    outside: putElement(module, "\0", { ...emptyPlan(), children: new Map([[entity, record]]) }),
    jumps: module.putList(large.map(([name, part]) => putJump(module, name, part))),
    mark: module.putText(`\n<${entity}`),
  };
}

function putElement(module: RecordModule, name: string, plan: ElementPlan): number {
  const children = [...plan.children].map(([child, childPlan]) => putElement(module, child, childPlan));
  const attributes = [...plan.attributes].map(([attribute, slot], index) =>
    putTagText(module, ` ${attribute}="`, [slot, 1 << index, NONE_YET]),
  );
  return putTagText(module, `<${name}`, [
    putTagText(module, `</${name}>`),
    plan.textSlot ?? NOT_KEPT,
    plan.nodeSlot ?? NOT_KEPT,
    module.putList(children),
    module.putList(attributes),
    ...[NONE_YET, NONE_YET, NONE_YET],
  ]);
}

function putJump(module: RecordModule, name: string, part: string): number {
  const endTag = `</${name}`;
  return putTagText(module, `<${name}`, [
    putTagText(module, endTag),
    ...module.putText(part),
    endTag.indexOf(part),
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
