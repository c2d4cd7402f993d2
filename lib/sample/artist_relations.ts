import { absentId, NAMELESS_ARTIST } from "./ids.ts";
import { between, next, randomFor } from "./random.ts";
import { artistReference, type Reference } from "./references.ts";
import type { World } from "./world.ts";

/** Aliases, members and groups listed in one artist's record. A reference can lack its id. */
export interface ArtistRelations {
  aliases: Partial<Reference>[];
  members: Partial<Reference>[];
  groups: Partial<Reference>[];
}

/** Relations connect artists within one block of this size, so that both ends list them. */
const BLOCK = 8;

interface BlockRelations {
  /** Indices of artists that are all aliases of each other. */
  aliases: readonly number[];
  /** Indices of a group and of its members. */
  group?: number;
  members: readonly number[];
}

/** Relations of the artist at `index`: the pairs that the other artists list too, and a few loose ends. */
export function artistRelations(world: World, index: number): ArtistRelations {
  const { aliases, group, members } = blockRelations(world, index);
  const refer = (other: number) => artistReference(world, other);
  const relations: ArtistRelations = {
    aliases: aliases.includes(index) ? aliases.filter((other) => other !== index).map(refer) : [],
    members: group === index ? members.map(refer) : [],
    groups: group !== undefined && members.includes(index) ? [refer(group)] : [],
  };
  addLooseEnds(relations, index);
  return relations;
}

/** Adds dangling references, as found in the real dumps: at least one of each kind per 200 artists. */
function addLooseEnds(relations: ArtistRelations, index: number): void {
  const absent = { id: absentId(index), name: "Deleted Artist" };
  if (index % 500 === 117) relations.aliases.push(absent);
  if (index % 500 === 118) relations.groups.push(absent);
  if (index % 500 === 119) relations.members.push(absent);
  if (index % 1000 === 121) relations.aliases.push({ name: "Alias Of Old Days" });
  if (index % 1000 === 122) relations.members.push({ name: "Member Of Old Days" });
}

function blockRelations(world: World, index: number): BlockRelations {
  const block = Math.floor((index - 1) / BLOCK);
  const first = block * BLOCK + 1;
  if (first <= NAMELESS_ARTIST.index && NAMELESS_ARTIST.index < first + BLOCK)
    return aroundTheNameless(first);
  const random = randomFor(world.seed, "artist_block", block);
  const kind = next(random);
  if (kind < 0.18) return { aliases: range(first, between(random, 2, 4)), members: [] };
  if (kind < 0.36) {
    return { aliases: [], group: first, members: range(first + 1, between(random, 2, 5)) };
  }
  return { aliases: [], members: [] };
}

/** Makes the nameless artist an alias of one artist and the group of another. */
function aroundTheNameless(first: number): BlockRelations {
  return { aliases: [first, NAMELESS_ARTIST.index], group: NAMELESS_ARTIST.index, members: [first + 1] };
}

const range = (first: number, length: number): number[] => Array.from({ length }, (_, n) => first + n);
