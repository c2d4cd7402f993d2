import { artistsV1 } from "../datasets/artists_v1.ts";
import { labelsV10 } from "../datasets/labels_v10.ts";
import { mastersV1 } from "../datasets/masters_v1.ts";
import { releasesV6 } from "../datasets/releases_v6.ts";
import { artistRecord } from "./artists.ts";
import { changeOf, editedRecord } from "./changes.ts";
import { ElementCounter } from "./element_counter.ts";
import { labelRecord } from "./labels.ts";
import { masterRecord } from "./masters.ts";
import { releaseRecord } from "./releases.ts";
import { note, type Tally } from "./tally.ts";
import type { SampleCounts, World } from "./world.ts";
import { asciiOnly } from "./xml.ts";

/** Kind of a record, named after its dump. */
export type SampleEntity = keyof SampleCounts;

/** How to render a record, the dataset of such records, and the counter of elements in them. */
const KINDS = {
  artists: { make: artistRecord, dataset: artistsV1, elements: new ElementCounter("artist") },
  labels: { make: labelRecord, dataset: labelsV10, elements: new ElementCounter("label") },
  masters: { make: masterRecord, dataset: mastersV1, elements: new ElementCounter("master") },
  releases: { make: releaseRecord, dataset: releasesV6, elements: new ElementCounter("release") },
} as const;

/**
 * Renders the record at `index` (starting at 1) of a dump, and counts it in `tally`; undefined for one that the month does
 * not have any more.
 */
export function sampleRecord(
  world: World,
  entity: SampleEntity,
  index: number,
  tally: Tally,
): string | undefined {
  const change = changeOf(world, entity, index);
  const changes = tally.changes[entity];
  if (change === "removed" || change === "merged") {
    changes[change] += 1;
    return undefined;
  }
  const { moved } = world.references;
  const { make, dataset, elements } = KINDS[entity];
  const rowsBefore = tally.datasets[dataset.directory]?.rows;
  const made = make(world, index, tally);
  const raw = change === "edited" ? editedRecord(entity, index, made) : made;
  if (index > world.base[entity]) changes.added += 1;
  else if (change === "edited" || world.references.moved > moved) changes.changed += 1;
  const record = hasNumericReferences(world, index) ? asciiOnly(raw) : raw;
  // A record that is no row has no details either.
  if (tally.datasets[dataset.directory]?.rows !== rowsBefore) elements.count(record, tally.details);
  note(tally, "records_with_carriage_return", record.includes("&#13;"));
  note(tally, "records_with_tab", record.includes("&#9;"));
  note(tally, "records_with_line_feed", record.includes("\n"));
  note(tally, "records_with_numeric_references", record !== raw);
  return record;
}

/** Generates the records of a dump lazily. */
export function* sampleRecords(world: World, entity: SampleEntity, tally: Tally): Generator<string> {
  for (let index = 1; index <= world.counts[entity]; index += 1) {
    const record = sampleRecord(world, entity, index, tally);
    if (record !== undefined) yield record;
  }
}

/** Old dumps write all non-ASCII characters as numeric references; recent UTF-8 dumps do so occasionally. */
function hasNumericReferences({ shape }: World, index: number): boolean {
  return shape.ascii || index % 80 === 14;
}
