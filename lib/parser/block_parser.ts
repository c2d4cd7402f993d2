import { isUtf8 } from "node:buffer";
import { oneLine } from "../cli/errors.ts";
import type { Entity, ExtractedDataset } from "../datasets/declaration.ts";
import { dumpError } from "../dump/dump_error.ts";
import type { RecordBlock } from "../dump/record_splitter.ts";
import { elementEnd, INCOMPLETE, tagName } from "../dump/xml_tags.ts";
import { compileLayout, type Layout } from "./layout.ts";
import type { NoticedPaths } from "./noticed_paths.ts";
import { NOT_SCANNED, RecordReader } from "./record_reader.ts";
import type { RowBuffers } from "./row_rules.ts";
import { createSaxesParser, type RecordParser } from "./saxes_parser.ts";
import { UnknownPaths } from "./unknown_paths.ts";

/** What a block parser reads and which rows it makes. */
export interface BlockParserOptions {
  entity: Entity;
  datasets: readonly ExtractedDataset[];
  /** Names the dump in errors. */
  label: string;
  /** Parse everything with saxes and nothing with the scanner. */
  onlySaxes?: boolean;
}

/**
 * Turns blocks of records into rows. The scanner reads the records; what it cannot read goes to saxes, which
 * alone decides what is an error.
 */
export class BlockParser {
  readonly #options: BlockParserOptions;
  readonly #layout: Layout;
  readonly #reader: RecordReader;
  readonly #unknown = new UnknownPaths();
  #saxes: RecordParser;

  constructor(options: BlockParserOptions) {
    this.#options = options;
    this.#layout = compileLayout(options.entity, options.datasets);
    this.#reader = new RecordReader(this.#layout, options.datasets);
    this.#saxes = this.#newSaxes();
  }

  /** Unknown, passed-over and trimmed paths of the last block. */
  get noticed(): NoticedPaths {
    const unknown = new UnknownPaths();
    unknown.addAll(this.#unknown.counts);
    for (const [path, count] of this.#reader.passedOver)
      unknown.add(`${this.#options.entity}/${path}`, count);
    return { unknown: unknown.counts, trimmed: this.#reader.trimmed };
  }

  /** Rows of the last block, one entry per dataset in order; valid until the next block is parsed. */
  get rows(): readonly RowBuffers[] {
    return this.#reader.rows;
  }

  /**
   * Parses the records of a block.
   *
   * @throws DumpError naming file, record and byte offset for a record that is not well-formed
   */
  parse(block: RecordBlock): void {
    const { bytes, starts, ends } = block;
    const reader = this.#reader;
    this.#clear();
    const isScanned = this.#options.onlySaxes !== true && isUtf8(bytes);
    if (isScanned) reader.beginBlock(bytes);
    for (const [index, start] of starts.entries()) {
      if (isScanned && reader.scan(start) === ends[index]) reader.append();
      else this.#parseRecord(block, index);
    }
  }

  /**
   * Parses bytes that should be whole records.
   *
   * @returns the number of records; undefined if the bytes are not whole records or are damaged, in which
   * case the caller must cut them into records and use `parse`
   */
  parseWhole(bytes: Uint8Array<ArrayBuffer>): number | undefined {
    const reader = this.#reader;
    this.#clear();
    if (!isUtf8(bytes)) return undefined;
    reader.beginBlock(bytes);
    let records = 0;
    for (let at = 0; ; records++) {
      const scanned = reader.parse(at);
      records += scanned.records;
      if (scanned.end === bytes.length) return records;
      at = this.#parseElement(bytes, scanned.end);
      if (at === NOT_SCANNED) return undefined;
    }
  }

  /** saxes cannot go on after an error, so each one requires another. */
  #newSaxes(): RecordParser {
    return createSaxesParser(this.#layout, this.#unknown);
  }

  #clear(): void {
    this.#reader.clearRows();
    this.#unknown.clear();
  }

  #parseRecord(block: RecordBlock, index: number): void {
    const start = block.starts[index] as number;
    try {
      this.#saxes.parse(block.bytes, start, block.ends[index] as number, this.#reader);
    } catch (error) {
      this.#saxes = this.#newSaxes();
      const place = { record: block.place.record + index, offset: block.place.offset + start };
      const isCut = block.unfinished !== undefined && index === block.starts.length - 1;
      const reason = isCut ? new Error(`${block.unfinished} (${oneLine(error)})`, { cause: error }) : error;
      throw dumpError(this.#options.label, place, reason);
    }
    this.#reader.append();
  }

  /** Parses the record that begins at `at` with saxes; returns its end, or NOT_SCANNED if it is damaged. */
  #parseElement(bytes: Uint8Array<ArrayBuffer>, at: number): number {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const end = elementEnd(buffer, at, buffer.length);
    if (end === INCOMPLETE || tagName(buffer, at, end) !== this.#options.entity) return NOT_SCANNED;
    try {
      this.#saxes.parse(bytes, at, end, this.#reader);
    } catch {
      // The error is located when the same bytes are cut into records and parsed again.
      this.#saxes = this.#newSaxes();
      return NOT_SCANNED;
    }
    this.#reader.append();
    return end;
  }
}
