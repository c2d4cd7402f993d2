import { about } from "./about.ts";
import {
  detailDataset,
  flag,
  id,
  mandatory,
  nothing,
  numberRef,
  ordinal,
  outerOrdinal,
  type Path,
  roles,
  type SourcedColumn,
  text,
} from "./declaration.ts";
import { toArtist, toRelease, toTrack } from "./refs.ts";
import { tracks } from "./release_tracks_v1.ts";
import { releasesV6 } from "./releases_v6.ts";

/** Artists have a text that joins them, extra artists have roles and the tracks that they are on. */
const columns = (track: SourcedColumn, isExtra: boolean) =>
  [
    about(mandatory(id("release_id", "/@id")), "Id of the release."),
    about(track, "The track or sub-track that the credit is of; NULL: the release as a whole."),
    about(
      mandatory(flag("is_extra", isExtra)),
      "FALSE for the artists that release or track is by, TRUE for further credits.",
    ),
    about(mandatory(ordinal("credit_no")), "Place in its list, from 1."),
    about(numberRef("artist_id", "id"), "Id of the artist; NULL where the dump links none."),
    about(text("name"), "The artist's name at Discogs."),
    about(text("anv"), "The name as credited, where it is another one (artist name variation)."),
    about(
      isExtra ? nothing("join_text", "VARCHAR") : text("join_text", "join"),
      "What joins the artist to the next one, e.g. `&` or `Feat.`.",
    ),
    about(isExtra ? text("role") : nothing("role", "VARCHAR"), "What the artist did, as written."),
    about(
      isExtra ? roles("role_list", "role") : nothing("role_list", { array: "VARCHAR" }),
      "The single roles of `role`, without their details in brackets.",
    ),
    about(
      isExtra ? text("tracks") : nothing("tracks", "VARCHAR"),
      "Which tracks a credit of the release is for, as written, e.g. `A1 to A3`.",
    ),
  ] as const;

const ofRelease = nothing("track_no", "BIGINT");
const ofTrack = outerOrdinal("track_no", tracks);

const both = (list: Path, track: SourcedColumn) =>
  [
    { each: `${list}artists/artist`, columns: columns(track, false) },
    { each: `${list}extraartists/artist`, columns: columns(track, true) },
  ] as const;

export const releaseCreditsV1 = detailDataset(releasesV6, {
  directory: "release_credits_v1",
  shortName: "credits",
  about:
    "One row for each artist that a release, a track or a sub-track is by or credits besides. `Various` and others " +
    "are ids that the artists dump lacks.",
  partRows: 500_000,
  key: { columns: ["release_id", "track_no", "is_extra", "credit_no"], hard: true },
  references: [
    toRelease("release_id", "CRITICAL"),
    toTrack("track_no", "CRITICAL"),
    toArtist("artist_id", "INFO"),
  ],
  order: "document",
  rows: [
    ...both("", ofRelease),
    ...both("tracklist/track/", ofTrack),
    ...both("tracklist/track/sub_tracks/track/", ofTrack),
  ],
});
