import { isUtf8 } from "node:buffer";
import { oneLine } from "../cli/errors.ts";
import type { Entity, ExtractedDataset } from "../datasets/declaration.ts";
import { dumpError } from "../dump/dump_error.ts";
import { compileLayout, type Layout } from "../dump/layout.ts";
import { ROOM_BYTES } from "../dump/record_cutter.ts";
import type { RecordBlock } from "../dump/record_splitter.ts";
import { createSaxesParser, type RecordParser } from "../dump/saxes_parser.ts";
import { NOT_SCANNED, Scanner } from "../dump/scanner.ts";
import { Tape } from "../dump/tape.ts";
import { elementEnd, INCOMPLETE, tagName } from "../dump/xml_tags.ts";
import { createRowMaker, type RowBuffers, type RowMaker } from "./record_rows.ts";

export interface BlockParserOptions {
  entity: Entity;
  datasets: readonly ExtractedDataset[];
  /** Names the dump in errors. */
  label: string;
  /** Every byte is read by saxes. */
  strict: boolean;
}

/**
 * Turns blocks of records into rows. Records are read by the scanner; what it is not made for is read by saxes, which
 * alone decides what is an error.
 */
export class BlockParser {
  readonly #options: BlockParserOptions;
  readonly #makers: readonly RowMaker[];
  readonly #scanner: Scanner;
  readonly #scanned: Tape;
  readonly #layout: Layout;
  #saxes: RecordParser;
  readonly #parsed: Tape;

  constructor(options: BlockParserOptions) {
    const layout = compileLayout(options.entity, options.datasets);
    this.#options = options;
    this.#layout = layout;
    this.#makers = options.datasets.map((dataset) => createRowMaker(dataset, layout));
    this.#scanned = new Tape(layout.slots);
    this.#scanner = new Scanner(layout, this.#scanned);
    this.#saxes = createSaxesParser(layout);
    this.#parsed = new Tape(layout.slots);
  }

  /** The rows of the last block for each dataset, in their order; valid until the next one is parsed. */
  get rows(): readonly RowBuffers[] {
    return this.#makers.map((maker) => maker.buffers);
  }

  /**
   * Parses the records of a block.
   * @throws DumpError naming file, record and byte offset for a record that is not well-formed
   */
  parse(block: RecordBlock): void {
    const { bytes, starts, ends } = block;
    this.#clear();
    const isScanned = !this.#options.strict && isUtf8(bytes);
    if (isScanned) {
      this.#scanned.workOn(bytes, ROOM_BYTES);
      this.#scanner.begin(bytes.length);
    }
    for (let index = 0; index < starts.length; index++) {
      const start = starts[index] as number;
      const end = ends[index] as number;
      if (isScanned && this.#scan(start) === end) this.#append(this.#scanned);
      else this.#parseRecord(block, index);
    }
  }

  /**
   * Parses bytes that should be whole records. They stand at the beginning of their memory,
   * and ROOM_BYTES behind them are written to.
   * @returns how many records they are; undefined when they are not, or something in them is damaged: they must then
   * be cut with care, and parsed by `parse`
   */
  parseWhole(bytes: Uint8Array<ArrayBuffer>): number | undefined {
    this.#clear();
    if (!isUtf8(bytes)) return undefined;
    const work = this.#scanned.workIn(bytes);
    this.#scanner.begin(bytes.length);
    let records = 0;
    for (let at = afterBlanks(work, 0); at < bytes.length; records++) {
      const end = this.#scan(at);
      at = afterBlanks(work, end === NOT_SCANNED ? this.#parseElement(work, at, bytes.length) : end);
      // Another record in the line: what was jumped over may have been more than a part of this one.
      if (at < this.#scanner.jumpLimit) return undefined;
      if (end !== NOT_SCANNED) this.#append(this.#scanned);
    }
    return records;
  }

  #clear(): void {
    for (const maker of this.#makers) maker.clear();
  }

  #append(tape: Tape): void {
    for (const maker of this.#makers) maker.append(tape);
  }

  #scan(start: number): number {
    this.#scanned.clear();
    return this.#scanner.scan(start);
  }

  #parseRecord(block: RecordBlock, index: number): void {
    const start = block.starts[index] as number;
    this.#parsed.clear();
    try {
      this.#saxes.parse(block.bytes, start, block.ends[index] as number, this.#parsed);
    } catch (error) {
      const place = { record: block.place.record + index, offset: block.place.offset + start };
      const isCut = block.unfinished !== undefined && index === block.starts.length - 1;
      const reason = isCut ? new Error(`${block.unfinished} (${oneLine(error)})`, { cause: error }) : error;
      throw dumpError(this.#options.label, place, reason);
    }
    this.#append(this.#parsed);
  }

  /** Lets saxes read the record that begins at `at`; returns its end, or NOT_SCANNED when it is damaged. */
  #parseElement(bytes: Buffer, at: number, limit: number): number {
    const end = elementEnd(bytes, at, limit);
    if (end === INCOMPLETE || tagName(bytes, at, end) !== this.#options.entity) return NOT_SCANNED;
    this.#parsed.clear();
    try {
      this.#saxes.parse(bytes, at, end, this.#parsed);
    } catch {
      // What is wrong, and where, is found when the same bytes are cut with care and parsed again. A parser that has
      // met an error is of no use any more.
      this.#saxes = createSaxesParser(this.#layout);
      return NOT_SCANNED;
    }
    this.#append(this.#parsed);
    return end;
  }
}

function afterBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x0a || bytes[at] === 0x20 || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}
