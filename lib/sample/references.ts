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

/** A reference to an artist or label, with the name that the dumps repeat next to the id. */
export interface Reference {
  id: number;
  /** Empty only for the nameless artist. */
  name: string;
}

/** A reference to the artist at an index. */
export function artistReference(world: World, index: number): Reference {
  return { id: artistId(index), name: index === NAMELESS_ARTIST.index ? "" : artistName(world, index) };
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
  return { id: labelId(index), name: labelName(world, index) };
}

function pickIndex(random: Random, limit: number): number {
  if (chance(random, 0.25)) return limit + 1 - longTail(random, limit);
  return longTail(random, limit);
}
