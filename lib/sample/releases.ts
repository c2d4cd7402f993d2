import { releasesV6 } from "../datasets/releases_v6.ts";
import { currentIndex, isGone } from "./changes.ts";
import { companies } from "./companies.ts";
import { creditList } from "./credited.ts";
import { identifiers } from "./identifiers.ts";
import { absentId, masterId, releaseId } from "./ids.ts";
import { images } from "./images.ts";
import { yearOfMaster } from "./masters.ts";
import { below, between, chance, next, pickWeighted, type Random, randomFor } from "./random.ts";
import { releaseCredits } from "./release_credits.ts";
import {
  BOX_DISCS,
  BOX_RELEASE,
  countReleased,
  formats,
  labels,
  mediumOf,
  released,
  series,
} from "./release_parts.ts";
import { expectRow, note, type Tally } from "./tally.ts";
import { paragraphs } from "./texts.ts";
import { boxTracklist, tracklist } from "./tracks.ts";
import { videos } from "./videos.ts";
import { COUNTRIES, DATA_QUALITIES, FOLK_WORLD_COUNTRY, FUNK_SOUL } from "./vocabulary.ts";
import { LAST_YEAR, type Work, workOfMaster, workOfRelease } from "./works.ts";
import { known, masterOfMain, mastersBefore, notMainFrom, type World } from "./world.ts";
import { element, list, optional } from "./xml.ts";

/** Share of releases that belong to a master; the others have master_id 0. */
const SHARE_WITH_MASTER = 0.584;

/**
 * Renders the `<release>` at `index` (starting at 1) as one string without a final newline, and counts it in
 * `tally`.
 */
export function releaseRecord(world: World, index: number, tally: Tally): string {
  const random = randomFor(world.seed, "release", index);
  const link = masterLink(world, random, index);
  const work = link.work;
  const limits = { artists: known(world, "artists", index), labels: known(world, "labels", index) };
  const year = releaseYear(random, link);
  const medium = mediumOf(random, index, year);
  const title = index % 500 === 42 ? `${work.title} 🎵𝄞` : work.title;
  const date = released(random, index, year);
  const setting = { world, tally, random, work, artistLimit: limits.artists };
  const hasSubTracks = index % 300 === 41 || chance(random, work.genres.includes("Classical") ? 0.35 : 0.012);
  const tracks =
    index === BOX_RELEASE
      ? boxTracklist(setting, BOX_DISCS)
      : tracklist(setting, index, medium, hasSubTracks);
  expectRow(tally, releasesV6);
  countRelease(tally, { title, work, link, subTracks: tracks.xml.includes("<sub_tracks>") });
  countReleased(tally, date);
  return [
    world.shape.status
      ? `<release id="${releaseId(index)}" status="Accepted">`
      : `<release id="${releaseId(index)}">`,
    images(world, random, "release", releaseId(index)),
    creditList(world, tally, "artists", work.artists),
    element("title", title),
    labels(world, tally, random, index, limits.labels),
    series(world, random, limits.labels),
    releaseCredits(world, tally, random, index, limits.artists),
    formats(world, tally, random, index, medium),
    list(
      "genres",
      work.genres.map((genre) => element("genre", genre)),
    ),
    list(
      "styles",
      work.styles.map((style) => element("style", style)),
    ),
    optional("country", chance(random, 0.97) ? pickWeighted(random, COUNTRIES) : ""),
    date === undefined ? "" : element("released", date),
    optional("notes", chance(random, 0.5) ? paragraphs(random, between(random, 1, 3)) : ""),
    element("data_quality", pickWeighted(random, DATA_QUALITIES)),
    masterIdXml(world, link),
    tracks.xml,
    identifiers(world, random),
    videos(world, tally, random, "release", {
      artist: work.artists[0]?.name ?? "",
      titles: tracks.titles,
    }),
    companies(world, tally, random, limits.labels),
    "</release>",
  ].join("");
}

/**
 * How a release relates to its master: `id` is 0 for none, `isAbsent` if the dump has no master with that id.
 */
interface MasterLink {
  id: number;
  isMain: boolean;
  isAbsent: boolean;
  work: Work;
  /** Year of the master, or of the release if it has none; 0 if unknown. */
  year: number;
}

function masterLink(world: World, random: Random, index: number): MasterLink {
  const main = masterOfMain(world, index);
  const master = main ?? earlierMaster(world, random, index);
  if (master !== undefined && !refersToAbsentMaster(world, index)) {
    const work = workOfMaster(world, master);
    const year = yearOfMaster(work, master);
    const current = currentIndex(world, "masters", master);
    return {
      id: masterId(current),
      isMain: main !== undefined && current === master,
      isAbsent: isGone(world, "masters", current),
      work,
      year,
    };
  }
  const work = workOfRelease(world, index);
  const isAbsent = refersToAbsentMaster(world, index);
  return { id: isAbsent ? absentId(index) : 0, isMain: false, isAbsent, work, year: work.year };
}

/** A master whose main release is earlier, chosen often enough to reach the intended share of releases. */
function earlierMaster(world: World, random: Random, index: number): number | undefined {
  const mainShare = world.base.masters / world.base.releases;
  const share = (SHARE_WITH_MASTER - mainShare) / (1 - mainShare);
  return next(random) < share ? 1 + below(random, mastersBefore(world, index)) : undefined;
}

function refersToAbsentMaster(world: World, index: number): boolean {
  return index === notMainFrom(world, index - (index % 700) + 39);
}

function releaseYear(random: Random, link: MasterLink): number {
  const u = next(random);
  if (link.isMain || link.id === 0 || link.year === 0) return link.year;
  return link.year + Math.floor(u * u * (LAST_YEAR - link.year));
}

function masterIdXml(world: World, { id, isMain }: MasterLink): string {
  if (id === 0 && world.shape.empty) return "";
  return `<master_id is_main_release="${isMain}">${id}</master_id>`;
}

function countRelease(
  tally: Tally,
  release: { title: string; work: Work; link: MasterLink; subTracks: boolean },
): void {
  const { title, work, link } = release;
  note(tally, "release_master_id_zero", link.id === 0);
  note(tally, "release_of_absent_master", link.isAbsent);
  note(tally, "release_genre_folk_world_country", work.genres.includes(FOLK_WORLD_COUNTRY.name));
  note(tally, "release_genre_funk_soul", work.genres.includes(FUNK_SOUL.name));
  note(tally, "release_with_sub_tracks", release.subTracks);
  note(tally, "release_with_astral_title", /[\u{10000}-\u{10ffff}]/u.test(title));
}
