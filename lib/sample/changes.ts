import { next, randomFor, type Stream } from "./random.ts";
import { masterOfMain, MINIMUM, type SampleCounts, type World } from "./world.ts";
import { DATA_QUALITIES } from "./vocabulary.ts";
import { escapeText } from "./xml.ts";

/** The effect of `--changed` on a record. */
export type Change = "same" | "edited" | "removed" | "merged";

type Kind = keyof SampleCounts;

/** The shares of changed records that are gone; labels and releases can go in only one way. */
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

/** Records are merged into one at least this far before them, so that relatives within a block stay distinct. */
const FAR = 48;

/**
 * The effect on the record at `index`. A greater share changes the same records and more. The first records, which have the
 * oddities, and those added by growth are unchanged; main releases are never removed.
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

/** The index for references to the record at `index`: that of the record it was merged into, or its own. */
export function currentIndex(world: World, kind: Kind, index: number): number {
  if (changeOf(world, kind, index) !== "merged") return index;
  world.references.moved += 1;
  return mergedInto(world, kind, index);
}

/** The record into which the record at `index` was merged. */
export function mergedInto(world: World, kind: Kind, index: number): number {
  let target = index - FAR;
  while (isGone(world, kind, target)) target -= 1;
  return target;
}

/** Edits a record in a way determined by its index: its data quality, its text, or a track's title. */
export function editedRecord(kind: Kind, index: number, record: string): string {
  const edit = index % 3;
  const edited = edit === 0 ? record : edit === 1 ? withText(kind, record) : withTrack(record);
  return edited === record ? withQuality(record) : edited;
}

/** A different data quality. */
function withQuality(record: string): string {
  return record.replace(/<data_quality>([^<]*)</, (_, before: string) => {
    const after =
      DATA_QUALITIES.items[(DATA_QUALITIES.items.indexOf(before) + 1) % DATA_QUALITIES.items.length];
    return `<data_quality>${escapeText(after ?? "")}<`;
  });
}

/** A longer profile for an artist or label that has one, a different title for a master or release. */
function withText(kind: Kind, record: string): string {
  const name = kind === "artists" || kind === "labels" ? "profile" : "title";
  return record.replace(new RegExp(`<${name}>([^<]+)</${name}>`), `<${name}>$1 (edited)</${name}>`);
}

/** A different title for the first track that has one. */
function withTrack(record: string): string {
  const at = record.indexOf("<tracklist>");
  if (at < 0) return record;
  return record.slice(0, at) + record.slice(at).replace(/<title>([^<]+)</, "<title>$1 (Remastered)<");
}
