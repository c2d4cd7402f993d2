import { creditList } from "./credited.ts";
import { between, chance, pick, type Random } from "./random.ts";
import { absentArtist, pickArtist } from "./references.ts";
import { ODD_ROLES, role } from "./roles.ts";
import { note, type Tally } from "./tally.ts";
import { type Credited, variation } from "./works.ts";
import type { World } from "./world.ts";

/** Indices of releases with a kind of credit that must not be left to chance. */
const LONG_ROLE = 32;
const ABSENT_ARTISTS = 36;
const WITHOUT_ID = 43;
const ODD_ROLES_RELEASE = 44;

/** Share of credits without an artist id in the dumps. */
const SHARE_WITHOUT_ID = 0.017;

/**
 * Release-level `<extraartists>` of the release at `index`: 3.8 on average, out of the dumps' 11.4 credits.
 */
export function releaseCredits(
  world: World,
  tally: Tally,
  random: Random,
  index: number,
  artistLimit: number,
): string {
  const count = chance(random, 0.5) ? between(random, 1, 14) : 0;
  const credits = Array.from({ length: count }, () => credit(world, random, artistLimit));
  credits.push(...certainCredits(index));
  for (const { id, role: text = "" } of credits) {
    note(tally, "release_credit");
    note(tally, "release_credit_without_id", id === undefined);
    note(tally, "release_long_role", text.length > 2000);
  }
  if (credits.length === 0 && world.shape.empty) return "<extraartists/>";
  return creditList(world, tally, "extraartists", credits);
}

function credit(world: World, random: Random, limit: number): Credited {
  const { id, name } = pickArtist(world, random, limit);
  const anonymous = chance(random, SHARE_WITHOUT_ID);
  return {
    ...(anonymous ? {} : { id }),
    name,
    role: role(random),
    ...(chance(random, 0.15) ? { anv: variation(name) } : {}),
    ...(chance(random, 0.17) ? { tracks: trackRange(random) } : {}),
  };
}

/** The tracks that a credit applies to, as people write them. */
function trackRange(random: Random): string {
  const [first, last] = [between(random, 1, 4), between(random, 5, 12)];
  const forms = [
    String(first),
    `${first} to ${last}`,
    `A${first}`,
    `A${first}, B${first}`,
    `${first}, ${last}`,
  ];
  return pick(random, forms);
}

function certainCredits(index: number): Credited[] {
  if (index === LONG_ROLE) return [{ ...absentArtist(355), role: longRole(2655) }];
  if (index === ABSENT_ARTISTS) {
    return [absentArtist(355), absentArtist(118760)].map((artist) => ({ ...artist, role: "Performer" }));
  }
  if (index === ODD_ROLES_RELEASE) return ODD_ROLES.map((text) => ({ ...absentArtist(355), role: text }));
  return index === WITHOUT_ID ? [{ name: "Everybody's Neighbour", role: "Hand Claps" }] : [];
}

/** A role of exactly `length` characters, like the longest in the dumps. */
function longRole(length: number): string {
  const list = Array.from({ length: Math.ceil(length / 10) }, (_, n) => `Bell ${String(n).padStart(3, "0")}`);
  return list
    .join(", ")
    .slice(0, length - 1)
    .padEnd(length, "]");
}
