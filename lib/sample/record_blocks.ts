import { type DumpBlock, deflatedBlock } from "./dump_file.ts";
import { type SampleEntity, sampleRecord } from "./records.ts";
import { createTally, type Tally } from "./tally.ts";
import type { World } from "./world.ts";

/** About a megabyte of XML each. The bytes of a dump depend on these numbers, and on nothing but its options. */
const RECORDS_OF_A_BLOCK: Record<SampleEntity, number> = {
  artists: 4000,
  labels: 6000,
  masters: 2000,
  releases: 320,
};

/** Which block of a dump is meant: what a thread needs to know to make it. */
export interface BlockOrder {
  world: World;
  entity: SampleEntity;
  /** Index of the first record, from 1. */
  first: number;
  /** Index of the last record. */
  last: number;
}

/** A block, and what is counted in it. */
export interface RecordBlock extends DumpBlock {
  records: number;
  tally: Tally;
}

/** The blocks of a dump, in order. */
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
    text += `${sampleRecord(world, entity, index, tally)}\n`;
  }
  return { ...deflatedBlock(text), records: last - first + 1, tally };
}
