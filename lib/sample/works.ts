import { below, between, chance, next, pick, pickWeighted, type Random, randomFor } from "./random.ts";
import { absentArtist, pickArtist, type Reference } from "./references.ts";
import { title } from "./texts.ts";
import { GENRES, type Genre, JOINS } from "./vocabulary.ts";
import { known, mainReleaseOf, type World } from "./world.ts";

/** An artist as credited on a master, release or track. */
export interface Credited {
  id?: number;
  name: string;
  anv?: string;
  join?: string;
  role?: string;
  tracks?: string;
}

/** What all versions of a master share; a release without a master has its own. */
export interface Work {
  title: string;
  artists: Credited[];
  /** A compilation: its tracks have their own artists. */
  various: boolean;
  genres: string[];
  styles: string[];
  year: number;
  /** Generator of track titles and durations, identical for every version. */
  tracks: Random;
}

/** The last year of releases. */
export const LAST_YEAR = 2025;

/** The work behind a master. */
export function workOfMaster(world: World, master: number): Work {
  const random = randomFor(world.seed, "master_work", master);
  return createWork(world, random, known(world, "artists", mainReleaseOf(world, master)));
}

/** The work behind a release without a master. */
export function workOfRelease(world: World, release: number): Work {
  const random = randomFor(world.seed, "release_work", release);
  return createWork(world, random, known(world, "artists", release));
}

function createWork(world: World, random: Random, artistLimit: number): Work {
  const genres = pickGenres(random);
  const various = chance(random, 0.11);
  return {
    title: workTitle(random),
    artists: various ? [absentArtist(194)] : workArtists(world, random, artistLimit),
    various,
    genres: genres.map(({ name }) => name),
    styles: pickStyles(random, genres),
    year: pickYear(random),
    tracks: random,
  };
}

function workTitle(random: Random): string {
  const text = title(random);
  const kind = next(random);
  if (kind < 0.05) return `${text} = ${title(random)}`;
  if (kind < 0.1) return `${text} / ${title(random)}`;
  if (kind < 0.14) return `${text} EP`;
  return kind < 0.16 ? `${text} "Live"` : text;
}

function workArtists(world: World, random: Random, limit: number): Credited[] {
  const kind = next(random);
  if (kind < 0.01) return [absentArtist(355)];
  if (kind < 0.013) return [absentArtist(118760)];
  const count = chance(random, 0.12) ? between(random, 2, 3) : 1;
  return credited(
    random,
    Array.from({ length: count }, () => pickArtist(world, random, limit)),
  );
}

/** Artists side by side: all but the last have a join text, some are credited under a variation. */
export function credited(random: Random, artists: readonly Reference[]): Credited[] {
  return artists.map((artist, n) => ({
    ...artist,
    ...(chance(random, 0.1) ? { anv: variation(artist.name) } : {}),
    ...(n < artists.length - 1 ? { join: pick(random, JOINS) } : {}),
  }));
}

/** A variation of a name: without the number, and with the first name abbreviated. */
export const variation = (name: string): string =>
  name.replace(/ \(\d+\)$/, "").replace(/^(\p{L})\p{L}+ /u, "$1. ");

function pickGenres(random: Random): Genre[] {
  const first = pickWeighted(random, GENRES);
  const second = chance(random, 0.25) ? pickWeighted(random, GENRES) : first;
  return second === first ? [first] : [first, second];
}

function pickStyles(random: Random, genres: readonly Genre[]): string[] {
  const count = below(random, 4);
  const styles = Array.from({ length: count }, () => pick(random, pick(random, genres).styles));
  return [...new Set(styles)];
}

/** Few in the fifties, rising to the seventies, most from the nineties on. */
function pickYear(random: Random): number {
  const kind = next(random);
  if (kind < 0.03) return between(random, 1926, 1954);
  if (kind < 0.12) return between(random, 1955, 1969);
  if (kind < 0.35) return between(random, 1970, 1989);
  return between(random, 1990, LAST_YEAR);
}
