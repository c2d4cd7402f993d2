import { about } from "./about.ts";
import {
  choice,
  constant,
  detailDataset,
  duration,
  type Group,
  id,
  mandatory,
  nothing,
  ordinalAmong,
  outerOrdinal,
  type SourcedColumn,
  text,
} from "./declaration.ts";
import { toRelease, toTrack } from "./refs.ts";
import { releasesV6 } from "./releases_v6.ts";

/** Tracks and their sub-tracks, which are numbered together. */
export const tracks: Group = ["tracklist/track", "tracklist/track/sub_tracks/track"];

const columns = (parent: SourcedColumn, kind: SourcedColumn) =>
  [
    about(mandatory(id("release_id", "/@id")), "Id of the release."),
    about(
      mandatory(ordinalAmong("track_no", tracks)),
      "Place in the release, from 1: a track, its sub-tracks, the next track.",
    ),
    about(parent, "The `track_no` of the track that a sub-track is part of; NULL for the others."),
    about(text("position"), "Position as printed, e.g. `A1` or `2-07`."),
    about(text("title"), "Title of the track, or text of the heading."),
    about(text("duration"), "Playing time as written, e.g. `4:36`."),
    about(
      duration("duration_seconds", "duration"),
      "Playing time in seconds; NULL where `duration` is not written as `[H:]M:SS`.",
    ),
    about(
      mandatory(kind),
      "What it is: `sub_track`, part of another one; `index`, with sub-tracks; `heading`, without position and duration; or `track`.",
    ),
  ] as const;

export const releaseTracksV1 = detailDataset(releasesV6, {
  directory: "release_tracks_v1",
  shortName: "tracks",
  about:
    "One row for each entry of a release's track list: tracks, headings, and the sub-tracks of index tracks.",
  partRows: 500_000,
  key: { columns: ["release_id", "track_no"], hard: true },
  references: [toRelease("release_id", "CRITICAL"), toTrack("parent_track_no", "CRITICAL")],
  order: "document",
  rows: [
    {
      each: "tracklist/track",
      columns: columns(
        nothing("parent_track_no", "BIGINT"),
        choice(
          "kind",
          [
            { has: ["sub_tracks/track"], value: "index" },
            { has: ["position", "duration"], value: "track" },
          ],
          "heading",
        ),
      ),
    },
    {
      each: "tracklist/track/sub_tracks/track",
      columns: columns(outerOrdinal("parent_track_no", tracks), constant("kind", "sub_track")),
    },
  ],
});
