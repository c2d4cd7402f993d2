import { artistAliasesV1 } from "./artist_aliases_v1.ts";
import { artistMembershipsV1 } from "./artist_memberships_v1.ts";
import { artistsV1 } from "./artists_v1.ts";
import { artistNamesV1 } from "./details/artist_names_v1.ts";
import { releaseCreditsV1 } from "./details/release_credits_v1.ts";
import { toArtist, toLabel, toRelease } from "./refs.ts";
import { releasesV6 } from "./releases_v6.ts";
import type { DescribedColumn, Key, Reference, TableDeclaration } from "./types.ts";

/** A warehouse dataset: one sorted file, built from the canonical datasets by `sql/warehouse/<name>.sql`. */
export interface WarehouseDataset extends TableDeclaration {
  kind: "warehouse";
  /** How the rows are derived, in words; the SQL is authoritative. */
  rule: string;
  /** The datasets that the SQL reads, all of which the run must have. */
  reads: readonly TableDeclaration[];
}

const bigint = (name: string, about: string): DescribedColumn => ({ name, type: "BIGINT", about });
const varchar = (name: string, about: string): DescribedColumn => ({ name, type: "VARCHAR", about });
const added = (column: DescribedColumn): DescribedColumn => ({ ...column, added: true });
const mandatory = (column: DescribedColumn): DescribedColumn => ({ ...column, mandatory: true });

interface Declared {
  about: string;
  rule: string;
  reads: readonly TableDeclaration[];
  /** Whether a run is incomplete without it. */
  required: boolean;
  columns: readonly DescribedColumn[];
  key?: Key;
  references?: readonly Reference[];
  shortName?: string;
}

function warehouse(name: string, declared: Declared): WarehouseDataset {
  return { directory: `warehouse_discogs/${name}`, table: name, kind: "warehouse", ...declared };
}

/** Artists by normalised name, following the historical rule. */
export const artistNameMapV1 = warehouse("artist_name_map_v1", {
  required: true,
  about:
    "Maps normalised names to artists: an artist's own names, real names and aliases, and the names of the groups that " +
    "the artist belongs to. Name variations are not included.",
  rule:
    "Follows the historical rule: a group's name maps to the group and to each of its members, so a search for a band " +
    "also finds its members; names credited on releases are ignored. Rows are distinct. The names are `name` and " +
    "`realname` of artists, `alias_name` of aliases, and `group_name` of memberships (for `member_id`). `norm_name` is " +
    "lowercased and trimmed, without a trailing `(number)`, and with each run of white space replaced by one space. " +
    "Names that end up empty, and ids missing from artists_v1_typed, are dropped and counted.",
  reads: [artistsV1, artistAliasesV1, artistMembershipsV1],
  columns: [
    mandatory(
      varchar("norm_name", "Normalised name: lower case, single spaces, without a trailing `(number)`."),
    ),
    mandatory(bigint("artist_id", "Id of an artist with this name.")),
  ],
  key: { columns: ["norm_name", "artist_id"], hard: true },
  // The build drops names of unknown artists.
  references: [toArtist("artist_id", "CRITICAL")],
});

/** Artists by normalised name and kind of name. */
export const artistNameMapV2 = warehouse("artist_name_map_v2", {
  required: false,
  about:
    "Maps normalised names to artists, with the kind of name: the artist's own (`name`, `realname`, `namevariation`), " +
    "an `alias`, or the name of a `group` that the artist belongs to.",
  rule:
    "Rows are distinct. Own names of every kind come from artist_names_v1, `alias` from `alias_name` of aliases, and " +
    "`group` from `group_name` of memberships (for `member_id`). `norm_name` is computed as in artist_name_map_v1. " +
    "Names that end up empty, and ids missing from artists_v1_typed, are dropped and counted.",
  reads: [artistsV1, artistNamesV1, artistAliasesV1, artistMembershipsV1],
  columns: [
    mandatory(
      varchar("norm_name", "Normalised name: lower case, single spaces, without a trailing `(number)`."),
    ),
    mandatory(bigint("artist_id", "Id of an artist with this name.")),
    mandatory(varchar("kind", "Kind of name: `name`, `realname`, `namevariation`, `alias` or `group`.")),
  ],
  key: { columns: ["norm_name", "artist_id", "kind"], hard: true },
  // The build drops names of unknown artists.
  references: [toArtist("artist_id", "CRITICAL")],
});

/** Credits sorted by artist. */
export const artistCreditsV1 = warehouse("artist_credits_v1", {
  required: false,
  about:
    "Credits sorted by artist: a lookup by artist reads a few row groups, whereas release_credits_v1 has to be read in " +
    "full.",
  rule:
    "Contains the rows of release_credits_v1 that have an `artist_id`, sorted by it; rows without one are dropped and " +
    "counted. The sort columns are unique.",
  reads: [releaseCreditsV1],
  columns: [
    mandatory(bigint("artist_id", "Id of the artist.")),
    mandatory(bigint("release_id", "Id of the release.")),
    bigint("track_no", "The track or sub-track credited; NULL means the release as a whole."),
    mandatory({
      name: "is_extra",
      type: "BOOLEAN",
      about: "FALSE for main artists of the release or track, TRUE for additional credits.",
    }),
    mandatory(bigint("credit_no", "Position within its list, starting at 1.")),
    varchar("name", "Name of the artist on Discogs, as written in the release."),
    varchar("anv", "Name as credited, if it differs (artist name variation)."),
    varchar("join_text", "Text that joins the artist to the next one."),
    varchar("role", "Role of the artist, as written."),
    {
      name: "role_list",
      type: { array: "VARCHAR" },
      about: "The individual roles in `role`, without details in brackets.",
    },
    varchar("tracks", "Tracks that a release-level credit applies to, as written."),
  ],
  key: { columns: ["artist_id", "release_id", "track_no", "is_extra", "credit_no"], hard: true },
  references: [toArtist("artist_id", "INFO")],
});

/** Main artists of releases, by name. */
export const releaseArtistsV1 = warehouse("release_artists_v1", {
  required: true,
  about: "Main artists of each release.",
  rule:
    "Derived from `artist_refs` of releases: one row per release, `artist_id` and `artist_norm` (the name in lower " +
    "case). `artist_name` is the smallest of the names. Refs without a name are dropped and counted.",
  reads: [releasesV6],
  columns: [
    mandatory(bigint("release_id", "Id of the release.")),
    mandatory(varchar("artist_norm", "Name of the artist in lower case.")),
    added(bigint("artist_id", "Id of the artist; NULL if the release has none.")),
    added(
      varchar("artist_name", "Name of the artist as written; the smallest, if there are several spellings."),
    ),
  ],
  key: { columns: ["release_id", "artist_norm", "artist_id"], hard: true },
  // Built from releases, so every release id exists; artist ids can be missing from the artists dump (194,
  // Various).
  references: [toRelease("release_id", "CRITICAL"), toArtist("artist_id", "INFO")],
});

/** Labels and catalogue numbers of releases. */
export const releaseLabelXrefV1 = warehouse("release_label_xref_v1", {
  shortName: "release_labels",
  required: true,
  about: "Labels of each release, with the catalogue number.",
  rule:
    "Derived from `label_refs` of releases, distinct. `label_norm` is the name in lower case. Refs without a name are " +
    "dropped and counted.",
  reads: [releasesV6],
  columns: [
    mandatory(bigint("release_id", "Id of the release.")),
    mandatory(varchar("label_name", "Name of the label, as written in the release.")),
    mandatory(varchar("label_norm", "Name of the label in lower case.")),
    varchar("label_catno", "Catalogue number of the release on this label; NULL if the dump has none."),
    added(bigint("label_id", "Id of the label; NULL if the release has none.")),
  ],
  key: { columns: ["release_id", "label_name", "label_norm", "label_catno", "label_id"], hard: true },
  references: [toRelease("release_id", "CRITICAL"), toLabel("label_id", "INFO")],
});

/** Number of releases per label. */
export const labelReleaseCountsV1 = warehouse("label_release_counts_v1", {
  required: true,
  about: "Number of releases per label.",
  rule:
    "Derived from release_label_xref_v1: for each `label_norm`, the smallest `label_name` and the number of distinct " +
    "releases.",
  reads: [releaseLabelXrefV1],
  columns: [
    mandatory(varchar("label_norm", "Name of the label in lower case.")),
    varchar("label_name_sample", "The smallest of the spellings of the name."),
    mandatory(bigint("n_total_releases", "Number of distinct releases on the label.")),
  ],
  key: { columns: ["label_norm"], hard: true },
});

/** Styles of releases. */
export const releaseStyleXrefV1 = warehouse("release_style_xref_v1", {
  shortName: "release_styles",
  required: true,
  about: "Styles of each release.",
  rule: "Derived from `style_list` of releases, distinct. `style_norm` is the style in lower case.",
  reads: [releasesV6],
  columns: [
    mandatory(bigint("release_id", "Id of the release.")),
    mandatory(varchar("style", "A style of the release.")),
    mandatory(varchar("style_norm", "Style in lower case.")),
  ],
  key: { columns: ["release_id", "style", "style_norm"], hard: true },
  references: [toRelease("release_id", "CRITICAL")],
});

/** Genres of releases. */
export const releaseGenreXrefV1 = warehouse("release_genre_xref_v1", {
  shortName: "release_genres",
  required: true,
  about: "Genres of each release.",
  rule:
    "Derived from `genre_list` of releases, distinct. `genre_norm` is the genre in lower case. " +
    '"Folk, World, & Country" and "Funk / Soul" are one genre each.',
  reads: [releasesV6],
  columns: [
    mandatory(bigint("release_id", "Id of the release.")),
    mandatory(varchar("genre", "A genre of the release.")),
    mandatory(varchar("genre_norm", "Genre in lower case.")),
  ],
  key: { columns: ["release_id", "genre", "genre_norm"], hard: true },
  references: [toRelease("release_id", "CRITICAL")],
});
