import { about } from "../about.ts";
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
} from "../declaration.ts";
import { toArtist, toRelease, toTrack } from "../refs.ts";
import { tracks } from "./release_tracks_v1.ts";
import { releasesV6 } from "../releases_v6.ts";

/** Main artists have a join text; extra artists have roles and a track list. */
const columns = (track: SourcedColumn, isExtra: boolean) =>
  [
    about(mandatory(id("release_id", "/@id")), "Id of the release."),
    about(track, "The track or sub-track credited; NULL means the release as a whole."),
    about(
      mandatory(flag("is_extra", isExtra)),
      "FALSE for main artists of the release or track, TRUE for additional credits.",
    ),
    about(mandatory(ordinal("credit_no")), "Position within its list, starting at 1."),
    about(numberRef("artist_id", "id"), "Id of the artist; NULL if the dump links none."),
    about(text("name"), "Name of the artist on Discogs."),
    about(text("anv"), "Name as credited, if it differs (artist name variation)."),
    about(
      isExtra ? nothing("join_text", "VARCHAR") : text("join_text", "join"),
      "Text that joins the artist to the next one, e.g. `&` or `Feat.`.",
    ),
    about(isExtra ? text("role") : nothing("role", "VARCHAR"), "Role of the artist, as written."),
    about(
      isExtra ? roles("role_list", "role") : nothing("role_list", { array: "VARCHAR" }),
      "The individual roles in `role`, without details in brackets.",
    ),
    about(
      isExtra ? text("tracks") : nothing("tracks", "VARCHAR"),
      "Tracks that a release-level credit applies to, as written, e.g. `A1 to A3`.",
    ),
  ] as const;

const ofRelease = nothing("track_no", "BIGINT");
const ofTrack = outerOrdinal("track_no", tracks);

const both = (list: Path, track: SourcedColumn) =>
  [
    { each: `${list}artists/artist`, columns: columns(track, false) },
    { each: `${list}extraartists/artist`, columns: columns(track, true) },
  ] as const;

/** Main artists and credits of releases, tracks and sub-tracks. */
export const releaseCreditsV1 = detailDataset(releasesV6, {
  directory: "release_credits_v1",
  shortName: "credits",
  about:
    "One row per main artist or additional credit of a release, track or sub-track. Some artist ids, such as that of " +
    "`Various`, are not in the artists dump.",
  partRows: 500_000,
  key: { columns: ["release_id", "track_no", "is_extra", "credit_no"], hard: true },
  references: [toRelease("release_id", "CRITICAL"), toTrack("track_no"), toArtist("artist_id", "INFO")],
  order: "document",
  rows: [
    ...both("", ofRelease),
    ...both("tracklist/track/", ofTrack),
    ...both("tracklist/track/sub_tracks/track/", ofTrack),
  ],
});
