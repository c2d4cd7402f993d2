import {
  ABSENT_ARTISTS,
  type AbsentArtist,
  artistId,
  labelId,
  NAMELESS_ARTIST,
  NAMELESS_LABEL,
} from "./ids.ts";
import { artistName, labelName } from "./names.ts";
import { chance, longTail, type Random } from "./random.ts";
import type { World } from "./world.ts";

/** A reference to an artist or label: the name as the dumps repeat it beside the id. */
export interface Reference {
  id: number;
  /** Empty only for the artist that has no name. */
  name: string;
}

export function artistReference(world: World, index: number): Reference {
  return { id: artistId(index), name: index === NAMELESS_ARTIST.index ? "" : artistName(world, index) };
}

export function absentArtist(id: AbsentArtist): Reference {
  return { id, name: ABSENT_ARTISTS[id] };
}

/** An artist with a name, one of the first `limit`: mostly an early one (the popular), at times a late one. */
export function pickArtist(world: World, random: Random, limit: number): Reference {
  const index = pickIndex(random, limit);
  return artistReference(world, index === NAMELESS_ARTIST.index ? index + 1 : index);
}

/** A label with a name, one of the first `limit`. */
export function pickLabel(world: World, random: Random, limit: number): Reference {
  const picked = pickIndex(random, limit);
  const index = picked === NAMELESS_LABEL.index ? picked + 1 : picked;
  return { id: labelId(index), name: labelName(world, index) };
}

function pickIndex(random: Random, limit: number): number {
  if (chance(random, 0.25)) return limit + 1 - longTail(random, limit);
  return longTail(random, limit);
}
