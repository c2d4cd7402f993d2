import { type DumpBlock, deflatedBlock } from "./dump_file.ts";
import { type SampleEntity, sampleRecord } from "./records.ts";
import { createTally, type Tally } from "./tally.ts";
import type { World } from "./world.ts";

/** About a megabyte of XML each. The bytes of a dump depend on these numbers and its options only. */
const RECORDS_OF_A_BLOCK: Record<SampleEntity, number> = {
  artists: 4000,
  labels: 6000,
  masters: 2000,
  releases: 320,
};

/** Identifies a block of a dump: all that a thread needs to make it. */
export interface BlockOrder {
  world: World;
  entity: SampleEntity;
  /** Index of the first record, starting at 1. */
  first: number;
  /** Index of the last record. */
  last: number;
}

/** A block with the counts of its contents. */
export interface RecordBlock extends DumpBlock {
  records: number;
  tally: Tally;
}

/** Lists the blocks of a dump, in order. */
export function blockOrders(world: World, entity: SampleEntity): BlockOrder[] {
  const size = RECORDS_OF_A_BLOCK[entity];
  const total = world.counts[entity];
  return Array.from({ length: Math.ceil(total / size) }, (_, index) => ({
    world,
    entity,
    first: index * size + 1,
    last: Math.min(total, (index + 1) * size),
  }));
}

/** Makes one block. */
export function makeBlock({ world, entity, first, last }: BlockOrder): RecordBlock {
  const tally = createTally();
  let text = "";
  for (let index = first; index <= last; index += 1) {
    const record = sampleRecord(world, entity, index, tally);
    if (record !== undefined) text += `${record}\n`;
  }
  return { ...deflatedBlock(text), records: last - first + 1, tally };
}
