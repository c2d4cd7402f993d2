import type { ExtractedDataset } from "../datasets/declaration.ts";
import type { Layout } from "./layout.ts";
import { RecordModule } from "./record_module.ts";
import type { RecordTape } from "./record_tape.ts";
import { DatasetRows, type RowBuffers } from "./row_rules.ts";
import { putScanPlan } from "./scan_plan.ts";

/** That the scanner is not made for what it met: the record is for the authority. */
export const NOT_SCANNED = -1;
/** Room for the decoded values of one record. */
const ROOM_BYTES = 1 << 18;
/** What the module says for NOT_SCANNED, and for that it jumped over more than a part of a record. */
const FAILED = 0;
const LONGEST_UTF8 = 3;

/**
 * Reads records and makes rows of them, in the module: a scanner for the XML that the dumps use puts the kept values on a
 * tape. What it is not made for, another parser has to put there, for which this is the tape.
 */
export class RecordReader implements RecordTape {
  readonly #module = new RecordModule();
  readonly #datasets: readonly DatasetRows[];
  readonly #room: number;
  /** Memory for the bytes that are scanned, with the room behind them. */
  #block = new Area(this.#module);
  #length = 0;
  /** Memory for values that come from outside. */
  #texts = new Area(this.#module);
  #textBytes = 0;

  /** @param room bytes for the decoded values of one record */
  constructor(layout: Layout, datasets: readonly ExtractedDataset[], room = ROOM_BYTES) {
    const { outside, jumps, mark } = putScanPlan(this.#module, layout);
    this.#datasets = datasets.map((dataset) => new DatasetRows(this.#module, dataset, layout));
    const rules = this.#module.putList(this.#datasets.flatMap((dataset) => dataset.rules));
    this.#module.functions.start(outside, jumps, ...mark, layout.slots, rules);
    this.#room = room;
  }

  /** The rows for each dataset, in their order, since `clearRows`; valid until others are made. */
  get rows(): readonly RowBuffers[] {
    return this.#datasets.map((dataset) => dataset.buffers);
  }

  clearRows(): void {
    for (const dataset of this.#datasets) dataset.clear();
  }

  /** Takes up bytes to scan, which must be valid UTF-8. */
  begin(bytes: Uint8Array): void {
    this.#block.reserve(bytes.length + this.#room);
    this.#module.bytes.set(bytes, this.#block.place);
    this.#length = bytes.length;
    const end = this.#block.place + bytes.length;
    this.#module.functions.beginBlock(end, end + this.#room, !hasHidingPlaces(bytes));
  }

  /**
   * Appends the rows of record after record, from `start` on; blanks may stand around them.
   * @returns where it stopped: at the end of the bytes, or before a record that is not for the scanner; and how many it
   * read. undefined when what it took for a record may be more than one.
   */
  parse(start: number): { end: number; records: number } | undefined {
    const { functions } = this.#module;
    const { place } = this.#block;
    const end = functions.parse(place + start, place + this.#length);
    return end === FAILED ? undefined : { end: end - place, records: functions.parsedRecords() };
  }

  /** Puts the record that begins at `start` on the tape; returns where it ends, or NOT_SCANNED. */
  scan(start: number): number {
    const end = this.#module.functions.scan(this.#block.place + start);
    return end === FAILED ? NOT_SCANNED : end - this.#block.place;
  }

  /** Appends the rows of the record on the tape. */
  append(): void {
    this.#module.functions.append();
  }

  clear(): void {
    this.#module.functions.clearTape();
    this.#textBytes = 0;
  }

  node(slot: number): number {
    return this.#module.functions.addNode(slot);
  }

  value(slot: number, parent: number, text: string): void {
    // Values that were put to the old memory stay there.
    if (this.#texts.reserve(this.#textBytes + text.length * LONGEST_UTF8)) this.#textBytes = 0;
    const start = this.#texts.place + this.#textBytes;
    const length = this.#module.bytes.write(text, start, "utf8");
    this.#textBytes += length;
    this.#module.functions.addValue(slot, parent, start, start + length);
  }
}

/** A piece of the module's memory. */
class Area {
  place = 0;
  #size = 0;
  readonly #module: RecordModule;

  constructor(module: RecordModule) {
    this.#module = module;
  }

  /** Takes a larger piece when there is too little room; returns whether it did. The old one keeps its content. */
  reserve(bytes: number): boolean {
    if (bytes <= this.#size) return false;
    this.#size = Math.max(bytes, this.#size * 2);
    this.place = this.#module.functions.allocate(this.#size);
    return true;
  }
}

/** Whether there may be a comment, a CDATA section or a processing instruction, in which an end tag is none. */
function hasHidingPlaces({ buffer, byteOffset, length }: Uint8Array): boolean {
  const bytes = Buffer.from(buffer, byteOffset, length);
  return bytes.includes("!--") || bytes.includes("![CDATA[") || bytes.includes("?>");
}
