import { DURATION_SHAPES, duration, isLong, isUnreadable } from "./durations.ts";
import { between, chance } from "./random.ts";
import { note } from "./tally.ts";
import { title } from "./texts.ts";
import { type TrackSetting, trackCredits } from "./track_credits.ts";
import type { Medium } from "./vocabulary.ts";
import { element, optional } from "./xml.ts";

/** A rendered tracklist and the titles in it. */
export interface TrackListing {
  xml: string;
  titles: string[];
}

interface TrackParts {
  position?: string;
  title: string;
  duration?: string;
  /** `<artists>` and `<extraartists>`. */
  credits?: string;
  /** Nested `<track>` elements. */
  subTracks?: string;
}

/** Indices of the release whose tracks have every form of a duration, and of one with an untitled track. */
const DURATIONS_RELEASE = 46;
const UNTITLED_RELEASE = 47;

/**
 * The `<tracklist>` of one medium: 9.3 tracks on average, including headings and sub-tracks. With
 * `subTracks`, some tracks have sub-tracks.
 */
export function tracklist(
  setting: TrackSetting,
  index: number,
  medium: Medium,
  subTracks: boolean,
): TrackListing {
  const { random, work } = setting;
  const count = between(random, ...medium.tracks);
  const timed = chance(random, 0.51);
  const titles = Array.from({ length: count }, () => title(work.tracks));
  const credits = chance(random, work.genres.includes("Classical") ? 0.5 : 0.37) ? 0.75 : 0;
  const ownArtists = work.various || chance(random, 0.05);
  const headed = count > 3 && chance(random, 0.06);
  const tracks = titles.map((text, n) => {
    const parts = subTracks && n < 2 ? subTrackList(setting, n) : "";
    const heading = headed && n % 4 === 0 ? trackXml(setting, { title: `${title(random)}:` }) : "";
    const track = trackXml(setting, {
      position: parts !== "" && n === 0 ? "" : position(medium, n, count),
      title: index === UNTITLED_RELEASE && n === 0 ? "" : text,
      duration: timed ? duration(work.tracks) : "",
      credits: trackCredits(setting, ownArtists, credits),
      subTracks: parts,
    });
    return heading + track;
  });
  if (index === DURATIONS_RELEASE) tracks.push(...tracksOfAllDurations(setting, count));
  return { xml: `<tracklist>${tracks.join("")}</tracklist>`, titles };
}

function tracksOfAllDurations(setting: TrackSetting, after: number): string[] {
  return DURATION_SHAPES.map((text, n) =>
    trackXml(setting, { position: String(after + n + 1), title: title(setting.random), duration: text }),
  );
}

/** A box set of many discs, with a few tracks on each. */
export function boxTracklist(setting: TrackSetting, discs: number): TrackListing {
  const tracks = Array.from({ length: discs * 3 }, (_, n) => ({
    position: `${1 + Math.floor(n / 3)}-${1 + (n % 3)}`,
    title: title(setting.work.tracks),
  }));
  const xml = tracks.map((track) => trackXml(setting, track));
  return { xml: `<tracklist>${xml.join("")}</tracklist>`, titles: tracks.map((track) => track.title) };
}

/** Renders and counts a `<track>`. Old dumps write position and duration even if they are empty. */
function trackXml({ world, tally }: TrackSetting, track: TrackParts): string {
  const { position: place = "", title: text, duration: time = "", credits = "", subTracks = "" } = track;
  note(tally, "track_heading", place === "" && time === "" && subTracks === "");
  note(tally, "track_without_title", text === "");
  note(tally, "duration_beyond_an_hour", isLong(time));
  note(tally, "duration_unreadable", isUnreadable(time));
  const child = world.shape.empty ? element : optional;
  return [
    "<track>",
    child("position", place),
    element("title", text),
    child("duration", time),
    credits,
    subTracks === "" ? "" : `<sub_tracks>${subTracks}</sub_tracks>`,
    "</track>",
  ].join("");
}

function position(medium: Medium, n: number, count: number): string {
  if (!medium.sided) return String(n + 1);
  const half = Math.ceil(count / 2);
  return n < half ? `A${n + 1}` : `B${n - half + 1}`;
}

/** Sub-tracks of a suite, rarely with artists of their own. */
function subTrackList(setting: TrackSetting, track: number): string {
  const { random } = setting;
  const timed = chance(random, 0.4);
  const parts = Array.from({ length: between(random, 2, 7) }, (_, n) =>
    trackXml(setting, {
      position: `${track + 1}.${n + 1}`,
      title: title(random),
      duration: timed ? duration(random) : "",
      credits: trackCredits(setting, chance(random, 0.04), 0.02),
    }),
  );
  return parts.join("");
}
