import { oneLine } from "../cli/errors.ts";
import type { Entity, ExtractedDataset } from "../datasets/declaration.ts";
import { dumpError } from "../dump/dump_error.ts";
import { compileLayout } from "../dump/layout.ts";
import type { RecordBlock } from "../dump/record_splitter.ts";
import { createSaxesParser } from "../dump/saxes_parser.ts";
import { Tape } from "../dump/tape.ts";
import { createRowMaker, type RowBuffers } from "./record_rows.ts";

/**
 * Turns a block of records into rows: one RowBuffers for each dataset, in their order. They are valid until the
 * next block is parsed.
 * @throws DumpError naming file, record and byte offset for a record that is not well-formed
 */
export type BlockParser = (block: RecordBlock) => readonly RowBuffers[];

/** A block parser for the datasets of one entity. `label` names the dump in errors. */
export function createBlockParser(
  entity: Entity,
  datasets: readonly ExtractedDataset[],
  label: string,
): BlockParser {
  const layout = compileLayout(entity, datasets);
  const parser = createSaxesParser(layout);
  const tape = new Tape(layout.slots);
  const makers = datasets.map((dataset) => createRowMaker(dataset, layout));
  return (block) => {
    for (const maker of makers) maker.clear();
    block.starts.forEach((start, index) => {
      const end = block.ends[index] as number;
      tape.clear();
      parseRecord(() => parser.parse(block.bytes, start, end, tape), block, index, label);
      for (const maker of makers) maker.append(tape);
    });
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
