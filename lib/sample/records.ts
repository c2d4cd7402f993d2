import { artistRecord } from "./artists.ts";
import { labelRecord } from "./labels.ts";
import { masterRecord } from "./masters.ts";
import { releaseRecord } from "./releases.ts";
import { note, type Tally } from "./tally.ts";
import type { SampleCounts, World } from "./world.ts";
import { asciiOnly } from "./xml.ts";

/** Kind of a record, named after its dump. */
export type SampleEntity = keyof SampleCounts;

const MAKERS = {
  artists: artistRecord,
  labels: labelRecord,
  masters: masterRecord,
  releases: releaseRecord,
} as const;

/** Renders the record at `index` (starting at 1) of a dump, and counts it in `tally`. */
export function sampleRecord(world: World, entity: SampleEntity, index: number, tally: Tally): string {
  const raw = MAKERS[entity](world, index, tally);
  const record = hasNumericReferences(world, index) ? asciiOnly(raw) : raw;
  note(tally, "records_with_carriage_return", record.includes("&#13;"));
  note(tally, "records_with_tab", record.includes("&#9;"));
  note(tally, "records_with_line_feed", record.includes("\n"));
  note(tally, "records_with_numeric_references", record !== raw);
  return record;
}

/** Generates the records of a dump lazily. */
export function* sampleRecords(world: World, entity: SampleEntity, tally: Tally): Generator<string> {
  for (let index = 1; index <= world.counts[entity]; index += 1) {
    yield sampleRecord(world, entity, index, tally);
  }
}

/** Old dumps write all non-ASCII characters as numeric references; recent UTF-8 dumps do so occasionally. */
function hasNumericReferences({ shape }: World, index: number): boolean {
  return shape.ascii || index % 80 === 14;
}
