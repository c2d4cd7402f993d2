import { artistAliasesV1 } from "./artist_aliases_v1.ts";
import { artistMembershipsV1 } from "./artist_memberships_v1.ts";
import { artistNamesV1 } from "./artist_names_v1.ts";
import { artistsV1 } from "./artists_v1.ts";
import { toArtist, toLabel, toRelease } from "./refs.ts";
import { releaseCreditsV1 } from "./release_credits_v1.ts";
import { releasesV6 } from "./releases_v6.ts";
import type { DescribedColumn, Key, Reference, TableDeclaration } from "./types.ts";

/** A warehouse dataset: made by `sql/warehouse/<name>.sql` from the canonical ones, one sorted file. */
export interface WarehouseDataset extends TableDeclaration {
  kind: "warehouse";
  /** How its rows are made; the exact form is the SQL. */
  rule: string;
  /** The datasets that its SQL reads, all of which must be in the run. */
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
  /** Whether a run without it is not whole. */
  required: boolean;
  columns: readonly DescribedColumn[];
  key?: Key;
  references?: readonly Reference[];
  shortName?: string;
}

function warehouse(name: string, declared: Declared): WarehouseDataset {
  return { directory: `warehouse_discogs/${name}`, table: name, kind: "warehouse", ...declared };
}

export const artistNameMapV1 = warehouse("artist_name_map_v1", {
  required: true,
  about:
    "Which artists a name, normalised, leads to: their own names, real names and aliases, and of a member the names of " +
    "its groups. Name variations are not in it.",
  rule:
    "The historical rule: a group's name leads to the group itself and to each of its members, so that a search for a " +
    "band finds its members, and what an artist is credited as on a release is not looked at. Distinct. Names are artists' `name` and `realname`, aliases' `alias_name`, and memberships' `group_name` (for " +
    "`member_id`). `norm_name` is lower case, trimmed, without a trailing `(number)`, each run of white space one " +
    "blank. Names that are empty then, and ids that are not in artists_v1_typed, are dropped and counted.",
  reads: [artistsV1, artistAliasesV1, artistMembershipsV1],
  columns: [
    mandatory(varchar("norm_name", "The normalised name: lower case, single blanks, without `(number)`.")),
    mandatory(bigint("artist_id", "Id of an artist that the name leads to.")),
  ],
  key: { columns: ["norm_name", "artist_id"], hard: true },
  // The build drops the names of unknown artists.
  references: [toArtist("artist_id", "CRITICAL")],
});

export const artistNameMapV2 = warehouse("artist_name_map_v2", {
  required: false,
  about:
    "Which artists a name, normalised, leads to, and what the name is to them: their own (`name`, `realname`, " +
    "`namevariation`), that of another page of theirs (`alias`), or that of a group they are in (`group`).",
  rule:
    "Distinct. Own names are those of artist_names_v1, of whichever kind; `alias` are aliases' `alias_name`, and " +
    "`group` memberships' `group_name` (for `member_id`). `norm_name` is made as in artist_name_map_v1. Names that " +
    "are empty then, and ids that are not in artists_v1_typed, are dropped and counted.",
  reads: [artistsV1, artistNamesV1, artistAliasesV1, artistMembershipsV1],
  columns: [
    mandatory(varchar("norm_name", "The normalised name: lower case, single blanks, without `(number)`.")),
    mandatory(bigint("artist_id", "Id of an artist that the name leads to.")),
    mandatory(
      varchar(
        "kind",
        "What the name is to the artist: `name`, `realname`, `namevariation`, `alias` or `group`.",
      ),
    ),
  ],
  key: { columns: ["norm_name", "artist_id", "kind"], hard: true },
  // The build drops the names of unknown artists.
  references: [toArtist("artist_id", "CRITICAL")],
});

export const artistCreditsV1 = warehouse("artist_credits_v1", {
  required: false,
  about:
    "The credits of each artist one behind the other: those of one artist are in a few row groups, where " +
    "release_credits_v1 has to be read in whole.",
  rule:
    "The rows of release_credits_v1 with an `artist_id`, sorted by it; those without are dropped and counted. No two " +
    "rows are equal in the columns that they are sorted by.",
  reads: [releaseCreditsV1],
  columns: [
    mandatory(bigint("artist_id", "Id of the artist.")),
    mandatory(bigint("release_id", "Id of the release.")),
    bigint("track_no", "The track or sub-track that the credit is of; NULL: the release as a whole."),
    mandatory({
      name: "is_extra",
      type: "BOOLEAN",
      about: "FALSE for the artists that release or track is by, TRUE for further credits.",
    }),
    mandatory(bigint("credit_no", "Place in its list, from 1.")),
    varchar("name", "The artist's name at Discogs, as the release has it."),
    varchar("anv", "The name as credited, where it is another one (artist name variation)."),
    varchar("join_text", "What joins the artist to the next one."),
    varchar("role", "What the artist did, as written."),
    {
      name: "role_list",
      type: { array: "VARCHAR" },
      about: "The single roles of `role`, without their details in brackets.",
    },
    varchar("tracks", "Which tracks a credit of the release is for, as written."),
  ],
  key: { columns: ["artist_id", "release_id", "track_no", "is_extra", "credit_no"], hard: true },
  references: [toArtist("artist_id", "INFO")],
});

export const releaseArtistsV1 = warehouse("release_artists_v1", {
  required: true,
  about: "Which artists a release names.",
  rule:
    "From the releases' `artist_refs`: one row for each release, `artist_id` and `artist_norm` (the name in lower " +
    "case); `artist_name` is the least of the names. Refs without a name are dropped and counted.",
  reads: [releasesV6],
  columns: [
    mandatory(bigint("release_id", "Id of the release.")),
    mandatory(varchar("artist_norm", "The artist's name on the release, in lower case.")),
    added(bigint("artist_id", "Id of the artist; NULL where the release gives none.")),
    added(varchar("artist_name", "The artist's name as written, the least where there are several.")),
  ],
  key: { columns: ["release_id", "artist_norm", "artist_id"], hard: true },
  // It is made of the releases, so it can't have others; they name artists that the artists dump lacks (194, Various).
  references: [toRelease("release_id", "CRITICAL"), toArtist("artist_id", "INFO")],
});

export const releaseLabelXrefV1 = warehouse("release_label_xref_v1", {
  shortName: "release_labels",
  required: true,
  about: "Which labels a release names, each with its catalogue number.",
  rule:
    "Distinct, from the releases' `label_refs`; `label_norm` is the name in lower case. Refs without a name are " +
    "dropped and counted.",
  reads: [releasesV6],
  columns: [
    mandatory(bigint("release_id", "Id of the release.")),
    mandatory(varchar("label_name", "The label's name as written on the release.")),
    mandatory(varchar("label_norm", "The label's name in lower case.")),
    varchar("label_catno", "The release's catalogue number on that label; NULL where the dump gives none."),
    added(bigint("label_id", "Id of the label; NULL where the release gives none.")),
  ],
  key: { columns: ["release_id", "label_name", "label_norm", "label_catno", "label_id"], hard: true },
  references: [toRelease("release_id", "CRITICAL"), toLabel("label_id", "INFO")],
});

export const labelReleaseCountsV1 = warehouse("label_release_counts_v1", {
  required: true,
  about: "How many releases each label has.",
  rule:
    "From release_label_xref_v1: for each `label_norm` the least `label_name`, and how many different releases " +
    "there are.",
  reads: [releaseLabelXrefV1],
  columns: [
    mandatory(varchar("label_norm", "The label's name in lower case.")),
    varchar("label_name_sample", "The least of the spellings of that name."),
    mandatory(bigint("n_total_releases", "How many different releases name the label.")),
  ],
  key: { columns: ["label_norm"], hard: true },
});

export const releaseStyleXrefV1 = warehouse("release_style_xref_v1", {
  shortName: "release_styles",
  required: true,
  about: "The styles of each release.",
  rule: "Distinct, from the releases' `style_list`; `style_norm` is the style in lower case.",
  reads: [releasesV6],
  columns: [
    mandatory(bigint("release_id", "Id of the release.")),
    mandatory(varchar("style", "A style of the release.")),
    mandatory(varchar("style_norm", "The style in lower case.")),
  ],
  key: { columns: ["release_id", "style", "style_norm"], hard: true },
  references: [toRelease("release_id", "CRITICAL")],
});

export const releaseGenreXrefV1 = warehouse("release_genre_xref_v1", {
  shortName: "release_genres",
  required: true,
  about: "The genres of each release.",
  rule:
    "Distinct, from the releases' `genre_list`; `genre_norm` is the genre in lower case. " +
    '"Folk, World, & Country" and "Funk / Soul" are one genre each.',
  reads: [releasesV6],
  columns: [
    mandatory(bigint("release_id", "Id of the release.")),
    mandatory(varchar("genre", "A genre of the release.")),
    mandatory(varchar("genre_norm", "The genre in lower case.")),
  ],
  key: { columns: ["release_id", "genre", "genre_norm"], hard: true },
  references: [toRelease("release_id", "CRITICAL")],
});
