import { about } from "../about.ts";
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
} from "../declaration.ts";
import { toRelease, toTrack } from "../refs.ts";
import { releasesV6 } from "../releases_v6.ts";

/** Tracks and their sub-tracks, which share one numbering. */
export const tracks: Group = ["tracklist/track", "tracklist/track/sub_tracks/track"];

const columns = (parent: SourcedColumn, kind: SourcedColumn) =>
  [
    about(mandatory(id("release_id", "/@id")), "Id of the release."),
    about(
      mandatory(ordinalAmong("track_no", tracks)),
      "Position within the release, starting at 1; a track is followed by its sub-tracks, then by the next track.",
    ),
    about(parent, "For a sub-track, the `track_no` of the track it belongs to; otherwise NULL."),
    about(text("position"), "Position as printed on the release, e.g. `A1` or `2-07`."),
    about(text("title"), "Title of the track, or the text of a heading."),
    about(text("duration"), "Duration as written, e.g. `4:36`."),
    about(
      duration("duration_seconds", "duration"),
      "Duration in seconds; NULL if `duration` is not of the form `[H:]M:SS`.",
    ),
    about(
      mandatory(kind),
      "Kind of entry: `sub_track` (part of another track), `index` (has sub-tracks), `heading` (no position or duration) or `track`.",
    ),
  ] as const;

/** Tracklists of releases, including headings and sub-tracks. */
export const releaseTracksV1 = detailDataset(releasesV6, {
  directory: "release_tracks_v1",
  shortName: "tracks",
  about: "One row per entry of a release's tracklist: tracks, headings, and the sub-tracks of index tracks.",
  partRows: 500_000,
  key: { columns: ["release_id", "track_no"], hard: true },
  references: [toRelease("release_id", "CRITICAL"), toTrack("parent_track_no")],
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
