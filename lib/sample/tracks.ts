import { artistList } from "./credited.ts";
import { below, between, chance, pickWeighted, type Random } from "./random.ts";
import { pickArtist } from "./references.ts";
import type { Tally } from "./tally.ts";
import { duration, title } from "./texts.ts";
import { type Medium, ROLES } from "./vocabulary.ts";
import { credited, type Work } from "./works.ts";
import type { World } from "./world.ts";
import { element, escapeText } from "./xml.ts";

export interface TrackListing {
  xml: string;
  titles: string[];
}

/** What a track needs to know of its release. */
interface Setting {
  world: World;
  tally: Tally;
  random: Random;
  work: Work;
  /** Artists with an index up to this one can be credited. */
  artistLimit: number;
}

/** The `<tracklist>` of one medium. With `subTracks`, the first track has parts. */
export function tracklist(setting: Setting, medium: Medium, subTracks: boolean): TrackListing {
  const { random, work } = setting;
  const count = between(random, ...medium.tracks);
  const timed = chance(random, 0.6);
  const titles = Array.from({ length: count }, () => title(work.tracks));
  const credits = chance(random, work.genres.includes("Classical") ? 0.4 : 0.25) ? 0.6 : 0;
  const tracks = titles.map((text, n) => {
    const parts = subTracks && n === 0 ? subTrackList(random) : "";
    return `<track>${heading(medium, n, count, text)}${timed ? element("duration", duration(work.tracks)) : ""}${trackCredits(setting, credits)}${parts}</track>`;
  });
  return { xml: `<tracklist>${tracks.join("")}</tracklist>`, titles };
}

/** A box of many discs, with a few tracks on each. */
export function boxTracklist({ work }: Setting, discs: number): TrackListing {
  const tracks = Array.from({ length: discs * 3 }, (_, n) => {
    const position = `${1 + Math.floor(n / 3)}-${1 + (n % 3)}`;
    return { position, text: title(work.tracks) };
  });
  const xml = tracks.map(({ position, text }) => `<track>${positioned(position, text)}</track>`);
  return { xml: `<tracklist>${xml.join("")}</tracklist>`, titles: tracks.map(({ text }) => text) };
}

const positioned = (position: string, text: string): string =>
  `<position>${position}</position><title>${escapeText(text)}</title>`;

function heading(medium: Medium, n: number, count: number, text: string): string {
  if (!medium.sided) return positioned(String(n + 1), text);
  const half = Math.ceil(count / 2);
  return positioned(n < half ? `A${n + 1}` : `B${n - half + 1}`, text);
}

function subTrackList(random: Random): string {
  const parts = Array.from({ length: between(random, 2, 4) }, (_, n) =>
    positioned(`1.${n + 1}`, title(random)),
  );
  return `<sub_tracks>${parts.map((part) => `<track>${part}</track>`).join("")}</sub_tracks>`;
}

/** The artist of a compilation's track, and credits with the given probability. */
function trackCredits({ world, tally, random, work, artistLimit }: Setting, share: number): string {
  const artists = work.various ? [pickArtist(world, random, artistLimit)] : [];
  const count = share > 0 && chance(random, share) ? 1 + below(random, 3) : 0;
  const extra = Array.from({ length: count }, () => ({
    ...pickArtist(world, random, artistLimit),
    role: pickWeighted(random, ROLES),
  }));
  return (
    artistList(world, tally, "artists", credited(random, artists)) +
    artistList(world, tally, "extraartists", extra)
  );
}
