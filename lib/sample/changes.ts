import { next, randomFor, type Stream } from "./random.ts";
import { masterOfMain, MINIMUM, type SampleCounts, type World } from "./world.ts";
import { DATA_QUALITIES } from "./vocabulary.ts";
import { escapeText } from "./xml.ts";

/** What a month with `--changed` made of a record of the month without. */
export type Change = "same" | "edited" | "removed" | "merged";

type Kind = keyof SampleCounts;

/** Of the records that change, the shares that are gone; labels and releases have one way to go only. */
const GONE: Record<Kind, { removed: number; merged: number }> = {
  artists: { removed: 0.05, merged: 0.05 },
  labels: { removed: 0, merged: 0.1 },
  masters: { removed: 0.05, merged: 0.05 },
  releases: { removed: 0.1, merged: 0 },
};

const STREAMS: Record<Kind, Stream> = {
  artists: "artist_change",
  labels: "label_change",
  masters: "master_change",
  releases: "release_change",
};

/** Merged records go to one at least so far before them, so that relatives within a block stay different. */
const FAR = 48;

/**
 * What became of the record at `index`. A greater share changes the same records and more. The first records, which have
 * the oddities, and those that growth adds stay as they are; main releases are never gone.
 */
export function changeOf(world: World, kind: Kind, index: number): Change {
  if (world.changedPercent === 0 || index <= MINIMUM[kind] || index > world.base[kind]) {
    return "same";
  }
  const random = randomFor(world.seed, STREAMS[kind], index);
  if (next(random) * 100 >= world.changedPercent) return "same";
  const mayGo =
    index > MINIMUM[kind] + FAR && (kind !== "releases" || masterOfMain(world, index) === undefined);
  const { removed, merged } = GONE[kind];
  const how = next(random);
  if (!mayGo || how >= removed + merged) return "edited";
  return how < removed ? "removed" : "merged";
}

/** Whether the month lacks the record at `index`. */
export function isGone(world: World, kind: Kind, index: number): boolean {
  return ["removed", "merged"].includes(changeOf(world, kind, index));
}

/** The index that references to the record at `index` have: that of the record it was merged into, or its own. */
export function currentIndex(world: World, kind: Kind, index: number): number {
  if (changeOf(world, kind, index) !== "merged") return index;
  world.references.moved += 1;
  return mergedInto(world, kind, index);
}

/** The record into which the merged record at `index` went. */
export function mergedInto(world: World, kind: Kind, index: number): number {
  let target = index - FAR;
  while (isGone(world, kind, target)) target -= 1;
  return target;
}

/** The record after an edit of the kind that its index chooses: its data quality, its text, or a track's title. */
export function editedRecord(kind: Kind, index: number, record: string): string {
  const edit = index % 3;
  const edited = edit === 0 ? record : edit === 1 ? withText(kind, record) : withTrack(record);
  return edited === record ? withQuality(record) : edited;
}

/** Another data quality than the record has. */
function withQuality(record: string): string {
  return record.replace(/<data_quality>([^<]*)</, (_, before: string) => {
    const after =
      DATA_QUALITIES.items[(DATA_QUALITIES.items.indexOf(before) + 1) % DATA_QUALITIES.items.length];
    return `<data_quality>${escapeText(after ?? "")}<`;
  });
}

/** A longer profile of an artist or label that has one, another title of a master or release. */
function withText(kind: Kind, record: string): string {
  const name = kind === "artists" || kind === "labels" ? "profile" : "title";
  return record.replace(new RegExp(`<${name}>([^<]+)</${name}>`), `<${name}>$1 (edited)</${name}>`);
}

/** Another title of the first track that has one. */
function withTrack(record: string): string {
  const at = record.indexOf("<tracklist>");
  if (at < 0) return record;
  return record.slice(0, at) + record.slice(at).replace(/<title>([^<]+)</, "<title>$1 (Remastered)<");
}
