import { artistList } from "./credited.ts";
import { between, chance, pickWeighted, type Random } from "./random.ts";
import { absentArtist, pickArtist } from "./references.ts";
import { note, type Tally } from "./tally.ts";
import { ROLES } from "./vocabulary.ts";
import { type Credited, variation } from "./works.ts";
import type { World } from "./world.ts";

/** Indices of releases with a credit of a kind that must not be left to chance. */
const LONG_ROLE = 32;
const ABSENT_ARTISTS = 36;
const WITHOUT_ID = 43;

/** Share of credits without an artist id in the dumps. */
const SHARE_WITHOUT_ID = 0.017;

/** The release-level `<extraartists>` of the release at `index`. */
export function releaseCredits(
  world: World,
  tally: Tally,
  random: Random,
  index: number,
  artistLimit: number,
): string {
  const count = chance(random, 0.5) ? between(random, 1, 12) : 0;
  const credits = Array.from({ length: count }, () => credit(world, random, artistLimit));
  credits.push(...certainCredits(index));
  for (const { id, role = "" } of credits) {
    note(tally, "release_credit");
    note(tally, "release_credit_without_id", id === undefined);
    note(tally, "release_long_role", role.length > 2000);
  }
  return artistList(world, tally, "extraartists", credits);
}

function credit(world: World, random: Random, limit: number): Credited {
  const { id, name } = pickArtist(world, random, limit);
  const anonymous = chance(random, SHARE_WITHOUT_ID);
  return {
    ...(anonymous ? {} : { id }),
    name,
    role: pickWeighted(random, ROLES),
    ...(chance(random, 0.15) ? { anv: variation(name) } : {}),
    ...(chance(random, 0.1) ? { tracks: `${between(random, 1, 4)} to ${between(random, 5, 12)}` } : {}),
  };
}

function certainCredits(index: number): Credited[] {
  if (index === LONG_ROLE) return [{ ...absentArtist(355), role: longRole(2655) }];
  if (index === ABSENT_ARTISTS) {
    return [absentArtist(355), absentArtist(118760)].map((artist) => ({ ...artist, role: "Performer" }));
  }
  return index === WITHOUT_ID ? [{ name: "Everybody's Neighbour", role: "Hand Claps" }] : [];
}

/** A role of exactly `length` characters, as the longest in the dumps. */
function longRole(length: number): string {
  const list = Array.from({ length: Math.ceil(length / 10) }, (_, n) => `Bell ${String(n).padStart(3, "0")}`);
  return list
    .join(", ")
    .slice(0, length - 1)
    .padEnd(length, "]");
}
