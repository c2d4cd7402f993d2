import { mastersV1 } from "../datasets/masters_v1.ts";
import { artistList } from "./credited.ts";
import { masterId, releaseId } from "./ids.ts";
import { images } from "./images.ts";
import { chance, pickWeighted, randomFor } from "./random.ts";
import { expectRow, note, type Tally } from "./tally.ts";
import { sentence, title } from "./texts.ts";
import { videos } from "./videos.ts";
import { DATA_QUALITIES } from "./vocabulary.ts";
import { type Credited, type Work, workOfMaster } from "./works.ts";
import { mainReleaseOf, type World } from "./world.ts";
import { element, list, optional } from "./xml.ts";

/**
 * Renders the `<master>` at `index` (starting at 1) as one string without a final newline, and counts it in
 * `tally`.
 */
export function masterRecord(world: World, index: number, tally: Tally): string {
  const random = randomFor(world.seed, "master", index);
  const work = workOfMaster(world, index);
  const artists = masterArtists(work, index);
  const year = yearOfMaster(work, index);
  expectRow(tally, mastersV1);
  note(tally, "master_year_zero", year === 0);
  for (const artist of artists) note(tally, "master_artist_without_id", artist.id === undefined);
  return [
    `<master id="${masterId(index)}">`,
    element("main_release", String(releaseId(mainReleaseOf(world, index)))),
    images(world, random, "master", masterId(index)),
    artistList(world, tally, "artists", artists),
    list(
      "genres",
      work.genres.map((genre) => element("genre", genre)),
    ),
    list(
      "styles",
      work.styles.map((style) => element("style", style)),
    ),
    optional("notes", chance(random, 0.05) ? sentence(random, 14) : ""),
    element("year", String(year)),
    element("title", work.title),
    element("data_quality", pickWeighted(random, DATA_QUALITIES)),
    videos(world, tally, random, "master", {
      artist: artists[0]?.name ?? "",
      titles: trackTitles(work),
    }),
    "</master>",
  ].join("");
}

/** Year of a master. For a fixed share it is unknown, also for the master's releases. */
export function yearOfMaster(work: Work, index: number): number {
  return index % 40 === 7 ? 0 : work.year;
}

/** Some artists of masters have no id in the dumps. */
function masterArtists({ artists }: Work, index: number): Credited[] {
  if (index % 90 !== 8) return artists;
  return artists.map(({ id: _, ...artist }) => artist);
}

function trackTitles(work: Work): string[] {
  return Array.from({ length: 7 }, () => title(work.tracks));
}
