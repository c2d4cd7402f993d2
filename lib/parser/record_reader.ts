import type { ExtractedDataset } from "../datasets/declaration.ts";
import { type AttributePlan, type ElementPlan, type Layout, NOT_KEPT } from "./layout.ts";
import { RecordModule } from "./record_module.ts";
import type { RecordTape } from "./record_tape.ts";
import { DatasetRows, type RowBuffers } from "./row_rules.ts";
import { putScanPlan, type ScanPlan } from "./scan_plan.ts";
import { offsetOf } from "./structs.ts";
import { trimText } from "./text.ts";

/** Means that the scanner met something it cannot read: saxes must read the record. */
export const NOT_SCANNED = -1;
/** Space for the decoded values of the records on the tape. A record that needs more is left to saxes. */
const ROOM_BYTES = 1 << 18;
/** The module's value for NOT_SCANNED. */
const FAILED = 0;
const LONGEST_UTF8 = 3;

/**
 * Reads records and turns them into rows, inside the module: a scanner for the XML that the dumps use puts
 * the kept values on a tape. What it cannot read must be put there by another parser, for which this object
 * is the tape.
 */
export class RecordReader implements RecordTape {
  readonly #module = new RecordModule();
  readonly #datasets: readonly DatasetRows[];
  readonly #plan: ScanPlan;
  readonly #room: number;
  /** Counters of trimmed values, with their paths. */
  readonly #trimmed: readonly { path: string; counter: number }[];
  /** Memory for the scanned bytes, followed by space for decoded values. */
  #block = new Area(this.#module);
  #length = 0;
  /** Memory for values that come from outside the module. */
  #texts = new Area(this.#module);
  #textBytes = 0;

  /** @param room bytes for decoded values */
  constructor(layout: Layout, datasets: readonly ExtractedDataset[], room = ROOM_BYTES) {
    this.#plan = putScanPlan(this.#module, layout);
    this.#datasets = datasets.map((dataset) => new DatasetRows(this.#module, dataset, layout));
    const sets = this.#module.putList(this.#datasets.map((dataset) => dataset.ruleSet));
    this.#module.functions.start(this.#plan.around, layout.record.bytes, sets);
    this.#room = room;
    const { elements, attributes } = this.#plan;
    this.#trimmed = [
      ...[...elements].map(([{ path, field }, place]) => ({
        path,
        field,
        counter: counterOf("Element", place),
      })),
      ...[...attributes].map(([{ path, field }, place]) => ({
        path,
        field,
        counter: counterOf("Attribute", place),
      })),
    ].filter(({ field }) => field !== NOT_KEPT);
  }

  /** Rows since `clearRows`, one entry per dataset in order; valid until more are made. */
  get rows(): readonly RowBuffers[] {
    return this.#datasets.map((dataset) => dataset.buffers);
  }

  /** Number of trimmed values since `clearRows`, by path; paths without any are omitted. */
  get trimmed(): ReadonlyMap<string, number> {
    const counts = this.#trimmed.map(({ path, counter }) => [path, this.#module.word(counter)] as const);
    return new Map(counts.filter(([, count]) => count > 0));
  }

  /**
   * Number of values since `clearRows` that no dataset used because another value was used instead, by path.
   * A value is counted once, even if several datasets read it.
   */
  get passedOver(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const dataset of this.#datasets) {
      for (const [path, count] of dataset.passedOver) {
        if (count > 0) counts.set(path, Math.max(count, counts.get(path) ?? 0));
      }
    }
    return counts;
  }

  clearRows(): void {
    for (const dataset of this.#datasets) dataset.clear();
    for (const { counter } of this.#trimmed) this.#module.bytes.writeUInt32LE(0, counter);
  }

  /** Takes bytes to scan, which must be valid UTF-8. */
  beginBlock(bytes: Uint8Array): void {
    this.#block.reserve(bytes.length + this.#room);
    this.#module.bytes.set(bytes, this.#block.place);
    this.#length = bytes.length;
    const end = this.#block.place + bytes.length;
    this.#module.functions.beginBlock(end, end + this.#room);
  }

  /**
   * Appends the rows of consecutive records, starting at `start`; they may be surrounded by white space.
   *
   * @returns where it stopped (the end of the bytes, or before a record that the scanner cannot read) and the
   * number of records read
   */
  parse(start: number): { end: number; records: number } {
    const { functions } = this.#module;
    const { place } = this.#block;
    const end = functions.parse(place + start, place + this.#length);
    return { end: end - place, records: functions.parsedRecords() };
  }

  /** Puts the record that begins at `start` on the tape, as the only one; returns where it ends, or NOT_SCANNED. */
  scan(start: number): number {
    const end = this.#module.functions.scan(this.#block.place + start);
    return end === FAILED ? NOT_SCANNED : end - this.#block.place;
  }

  /** Appends the rows of the record on the tape. */
  append(): void {
    this.#module.functions.append();
  }

  begin(): number {
    this.#textBytes = 0;
    return this.#module.functions.beginRecord();
  }

  item(plan: ElementPlan, outer: number, before: ElementPlan | undefined): number {
    if (plan.scope === undefined) return outer;
    const { elements } = this.#plan;
    const sibling = before === undefined ? 0 : placeOf(elements, before);
    return this.#module.functions.openItem(placeOf(elements, plan), outer, sibling);
  }

  text(plan: ElementPlan, item: number, text: string): void {
    if (plan.field === NOT_KEPT) return;
    const place = placeOf(this.#plan.elements, plan);
    const [start, end] = this.#put(text, counterOf("Element", place));
    this.#module.functions.keepText(place, item, start, end);
  }

  attribute(plan: AttributePlan, item: number, value: string): void {
    if (plan.field === NOT_KEPT) return;
    const place = placeOf(this.#plan.attributes, plan);
    const [start, end] = this.#put(value, counterOf("Attribute", place));
    this.#module.functions.keepAttribute(place, item, start, end);
  }

  /** Copies a value, trimmed, into memory, counting it if anything was trimmed. */
  #put(value: string, counter: number): [start: number, end: number] {
    const text = trimText(value);
    if (text !== value) this.#module.bytes.writeUInt32LE(this.#module.word(counter) + 1, counter);
    // Values copied to the old memory stay there.
    if (this.#texts.reserve(this.#textBytes + text.length * LONGEST_UTF8 + 1)) this.#textBytes = 0;
    const start = this.#texts.place + this.#textBytes;
    const length = this.#module.bytes.write(text, start, "utf8");
    this.#textBytes += length;
    return [start, start + length];
  }
}

function counterOf(name: "Element" | "Attribute", place: number): number {
  return place + offsetOf(name, "trimmed");
}

function placeOf<T>(places: ReadonlyMap<T, number>, key: T): number {
  const place = places.get(key);
  if (place === undefined) throw new TypeError("an element outside the plan has no place");
  return place;
}

/** A piece of the module's memory. */
class Area {
  place = 0;
  #size = 0;
  readonly #module: RecordModule;

  constructor(module: RecordModule) {
    this.#module = module;
  }

  /**
   * Allocates a larger piece if there is too little room; returns whether it did. The old piece keeps its
   * content.
   */
  reserve(bytes: number): boolean {
    if (bytes <= this.#size) return false;
    this.#size = Math.max(bytes, this.#size * 2);
    this.place = this.#module.functions.allocate(this.#size);
    return true;
  }
}
