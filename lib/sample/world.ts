import { ExpectedError } from "../cli/errors.ts";
import { SHAPES, type Shape, type Vintage } from "./vintages.ts";

/** Number of records of each kind. */
export interface SampleCounts {
  artists: number;
  labels: number;
  masters: number;
  releases: number;
}

/**
 * Everything that records depend on. A record depends only on the seed, the base counts and its index
 * (starting at 1). Growth only appends records, so a grown month contains the base month's records unchanged.
 */
export interface World {
  seed: number;
  shape: Shape;
  /** Counts before growth; they determine the ratio of artists, labels and masters to releases. */
  base: SampleCounts;
  /** Number of records in the month, those that are gone included. */
  counts: SampleCounts;
  /** Share of the base month's records that differ in this month (see `changes.ts`). */
  changedPercent: number;
  /** Counts the references to merged records that were made to others, so that a record can tell whether it has any. */
  references: { moved: number };
}

/** Smallest counts that leave room for every oddity. */
export const MINIMUM: SampleCounts = { artists: 200, labels: 50, masters: 100, releases: 300 };

/**
 * Creates a world with its counts grown by `growthPercent`, and `changedPercent` of the other records changed.
 *
 * Throws ExpectedError for counts below {@link MINIMUM}, and for fewer than two releases per master.
 */
export function createWorld(
  base: SampleCounts,
  seed: number,
  growthPercent = 0,
  vintage: Vintage = "2026-01",
  changedPercent = 0,
): World {
  checkCounts(base);
  const releases = Math.ceil((base.releases * (100 + growthPercent)) / 100);
  const grown = (count: number) => Math.ceil((count * releases) / base.releases);
  const counts = {
    artists: grown(base.artists),
    labels: grown(base.labels),
    masters: grown(base.masters),
    releases,
  };
  return { seed, shape: SHAPES[vintage], base, counts, changedPercent, references: { moved: 0 } };
}

function checkCounts(base: SampleCounts): void {
  for (const kind of ["artists", "labels", "masters", "releases"] as const) {
    if (base[kind] < MINIMUM[kind]) {
      throw new ExpectedError(
        `--${kind} is ${base[kind]}, but a sample with every oddity needs ${MINIMUM[kind]}`,
      );
    }
  }
  if (base.releases < 2 * base.masters) {
    throw new ExpectedError(
      `--releases is ${base.releases}, but ${base.masters} masters need at least ${2 * base.masters}`,
    );
  }
}

/** Number of artists (or labels) that release `release` and earlier ones can refer to. */
export function known(world: World, kind: "artists" | "labels", release: number): number {
  const share = Math.floor((release * world.base[kind]) / world.base.releases);
  return Math.max(MINIMUM[kind], share);
}

/** Index of the main release of master `master`. */
export function mainReleaseOf(world: World, master: number): number {
  return Math.floor(((master - 1) * world.base.releases) / world.base.masters) + 1;
}

/** Number of masters whose main release precedes release `release`. */
export function mastersBefore(world: World, release: number): number {
  return Math.ceil(((release - 1) * world.base.masters) / world.base.releases);
}

/** The master whose main release is this release. */
export function masterOfMain(world: World, release: number): number | undefined {
  const master = mastersBefore(world, release) + 1;
  return mainReleaseOf(world, master) === release ? master : undefined;
}

/** First release at or after index `slot` that is not a main release (main releases are never adjacent). */
export function notMainFrom(world: World, slot: number): number {
  return masterOfMain(world, slot) === undefined ? slot : slot + 1;
}
