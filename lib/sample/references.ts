import {
  ABSENT_ARTISTS,
  type AbsentArtist,
  artistId,
  labelId,
  NAMELESS_ARTIST,
  NAMELESS_LABEL,
} from "./ids.ts";
import { currentIndex, isGone } from "./changes.ts";
import { artistName, labelName } from "./names.ts";
import { chance, longTail, type Random } from "./random.ts";
import type { World } from "./world.ts";

/** A reference to an artist or label, with the name that the dumps repeat next to the id. */
export interface Reference {
  id: number;
  /** Empty only for the nameless artist. */
  name: string;
  /** The month has no record with this id any more. */
  isGone?: boolean;
}

/** A reference to the artist at an index, or to the one that it was merged into. */
export function artistReference(world: World, index: number): Reference {
  const current = currentIndex(world, "artists", index);
  const name = current === NAMELESS_ARTIST.index ? "" : artistName(world, current);
  return { id: artistId(current), name, ...(isGone(world, "artists", current) ? { isGone: true } : {}) };
}

/** A reference to the label at an index, or to the one that it was merged into. */
export function labelReference(world: World, index: number): Reference {
  const current = currentIndex(world, "labels", index);
  return { id: labelId(current), name: labelName(world, current) };
}

/** A reference to an artist that the dump does not contain. */
export function absentArtist(id: AbsentArtist): Reference {
  return { id, name: ABSENT_ARTISTS[id] };
}

/** A named artist among the first `limit`: mostly an early (popular) one, occasionally a late one. */
export function pickArtist(world: World, random: Random, limit: number): Reference {
  const index = pickIndex(random, limit);
  return artistReference(world, index === NAMELESS_ARTIST.index ? index + 1 : index);
}

/** A named label among the first `limit`. */
export function pickLabel(world: World, random: Random, limit: number): Reference {
  const picked = pickIndex(random, limit);
  const index = picked === NAMELESS_LABEL.index ? picked + 1 : picked;
  return labelReference(world, index);
}

function pickIndex(random: Random, limit: number): number {
  if (chance(random, 0.25)) return limit + 1 - longTail(random, limit);
  return longTail(random, limit);
}
