import { isUtf8 } from "node:buffer";
import { oneLine } from "../cli/errors.ts";
import type { Entity, ExtractedDataset } from "../datasets/declaration.ts";
import { dumpError } from "../dump/dump_error.ts";
import { compileLayout } from "../dump/layout.ts";
import type { RecordBlock } from "../dump/record_splitter.ts";
import { createSaxesParser } from "../dump/saxes_parser.ts";
import { Scanner } from "../dump/scanner.ts";
import { Tape } from "../dump/tape.ts";
import { createRowMaker, type RowBuffers } from "./record_rows.ts";

/** Room for decoded values behind a block; a record that needs more goes to saxes. */
const SCRATCH_BYTES = 1 << 18;

export interface BlockParserOptions {
  entity: Entity;
  datasets: readonly ExtractedDataset[];
  /** Names the dump in errors. */
  label: string;
  /** Every byte is read by saxes. */
  strict: boolean;
}

/**
 * Turns a block of records into rows: one RowBuffers for each dataset, in their order. They are valid until the
 * next block is parsed. Records are read by the scanner; what it is not made for is read by saxes, which alone
 * decides what is an error.
 * @throws DumpError naming file, record and byte offset for a record that is not well-formed
 */
export type BlockParser = (block: RecordBlock) => readonly RowBuffers[];

/** A block parser for the datasets of one entity. */
export function createBlockParser({ entity, datasets, label, strict }: BlockParserOptions): BlockParser {
  const layout = compileLayout(entity, datasets);
  const makers = datasets.map((dataset) => createRowMaker(dataset, layout));
  const scanned = new Tape(layout.slots);
  const parsed = new Tape(layout.slots);
  const scanner = new Scanner(layout);
  const saxes = createSaxesParser(layout);
  return (block) => {
    for (const maker of makers) maker.clear();
    const work = strict || !isUtf8(block.bytes) ? undefined : scanned.workOn(block.bytes, SCRATCH_BYTES);
    for (let index = 0; index < block.starts.length; index++) {
      const start = block.starts[index] as number;
      const end = block.ends[index] as number;
      scanned.clear();
      const isScanned =
        work !== undefined && scanner.scan(work, start, end, block.bytes.length, scanned) === end;
      if (!isScanned) {
        parsed.clear();
        parseRecord(() => saxes.parse(block.bytes, start, end, parsed), block, index, label);
      }
      for (const maker of makers) maker.append(isScanned ? scanned : parsed);
    }
    return makers.map((maker) => maker.buffers);
  };
}

function parseRecord(parse: () => void, block: RecordBlock, index: number, label: string): void {
  try {
    parse();
  } catch (error) {
    const offset = block.place.offset + (block.starts[index] as number);
    const isCut = block.unfinished !== undefined && index === block.starts.length - 1;
    const reason = isCut ? new Error(`${block.unfinished} (${oneLine(error)})`, { cause: error }) : error;
    throw dumpError(label, { record: block.place.record + index, offset }, reason);
  }
}
