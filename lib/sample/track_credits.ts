import { creditList } from "./credited.ts";
import { between, chance, type Random } from "./random.ts";
import { pickArtist } from "./references.ts";
import { role } from "./roles.ts";
import type { Tally } from "./tally.ts";
import { credited, variation, type Work } from "./works.ts";
import type { World } from "./world.ts";

/** What a track needs to know about its release. */
export interface TrackSetting {
  world: World;
  tally: Tally;
  random: Random;
  work: Work;
  /** Highest index of an artist that can be credited. */
  artistLimit: number;
}

/**
 * Credits of a track: its artists, if it has its own, and with the given probability one to three additional
 * credits.
 */
export function trackCredits(setting: TrackSetting, ownArtists: boolean, share: number): string {
  const { world, tally, random, artistLimit } = setting;
  const artist = () => pickArtist(world, random, artistLimit);
  const together = ownArtists && chance(random, 0.12) ? between(random, 2, 3) : 1;
  const artists = ownArtists ? Array.from({ length: together }, artist) : [];
  const count = share > 0 && chance(random, share) ? between(random, 1, 3) : 0;
  const others = Array.from({ length: count }, artist).map((other) => ({
    ...other,
    role: role(random),
    ...(chance(random, 0.15) ? { anv: variation(other.name) } : {}),
  }));
  return (
    creditList(world, tally, "artists", credited(random, artists)) +
    creditList(world, tally, "extraartists", others)
  );
}
