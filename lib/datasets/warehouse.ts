import { artistAliasesV1 } from "./artist_aliases_v1.ts";
import { artistMembershipsV1 } from "./artist_memberships_v1.ts";
import { artistsV1 } from "./artists_v1.ts";
import { toArtist, toLabel, toRelease } from "./refs.ts";
import { releasesV6 } from "./releases_v6.ts";
import type { Column, Reference, TableDeclaration } from "./types.ts";

/** A warehouse dataset: made by `sql/warehouse/<name>.sql` from the canonical ones, one sorted file. */
export interface WarehouseDataset extends TableDeclaration {
  kind: "warehouse";
  /** What a row stands for, in a sentence. */
  about: string;
  /** How its rows are made; the exact form is the SQL. */
  rule: string;
  /** The datasets that its SQL reads, all of which must be in the run. */
  reads: readonly TableDeclaration[];
}

const bigint = (name: string): Column => ({ name, type: "BIGINT" });
const varchar = (name: string): Column => ({ name, type: "VARCHAR" });
const added = (column: Column): Column => ({ ...column, added: true });
const mandatory = (column: Column): Column => ({ ...column, mandatory: true });

interface Declared {
  about: string;
  rule: string;
  reads: readonly TableDeclaration[];
  columns: readonly Column[];
  unique?: string;
  references?: readonly Reference[];
}

function warehouse(name: string, declared: Declared): WarehouseDataset {
  return { directory: `warehouse_discogs/${name}`, table: name, kind: "warehouse", ...declared };
}

export const artistNameMapV1 = warehouse("artist_name_map_v1", {
  about:
    "Which artists a name, normalised, leads to: their own names, real names and aliases, and of a member the names of " +
    "its groups. Name variations are not in it.",
  rule:
    "The historical rule: a group's name leads to the group itself and to each of its members, so that a search for a " +
    "band finds its members, and what an artist is credited as on a release is not looked at. Distinct. Names are artists' `name` and `realname`, aliases' `alias_name`, and memberships' `group_name` (for " +
    "`member_id`). `norm_name` is lower case, trimmed, without a trailing `(number)`, each run of white space one " +
    "blank. Names that are empty then, and ids that are not in artists_v1_typed, are dropped and counted.",
  reads: [artistsV1, artistAliasesV1, artistMembershipsV1],
  columns: [mandatory(varchar("norm_name")), mandatory(bigint("artist_id"))],
  references: [toArtist("artist_id")],
});

export const releaseArtistsV1 = warehouse("release_artists_v1", {
  about: "Which artists a release names.",
  rule:
    "From the releases' `artist_refs`: one row for each release, `artist_id` and `artist_norm` (the name in lower " +
    "case); `artist_name` is the least of the names. Refs without a name are dropped and counted.",
  reads: [releasesV6],
  columns: [
    mandatory(bigint("release_id")),
    mandatory(varchar("artist_norm")),
    added(bigint("artist_id")),
    added(varchar("artist_name")),
  ],
  references: [toRelease("release_id"), toArtist("artist_id")],
});

export const releaseLabelXrefV1 = warehouse("release_label_xref_v1", {
  about: "Which labels a release names, each with its catalogue number.",
  rule:
    "Distinct, from the releases' `label_refs`; `label_norm` is the name in lower case. Refs without a name are " +
    "dropped and counted.",
  reads: [releasesV6],
  columns: [
    mandatory(bigint("release_id")),
    mandatory(varchar("label_name")),
    mandatory(varchar("label_norm")),
    varchar("label_catno"),
    added(bigint("label_id")),
  ],
  references: [toRelease("release_id"), toLabel("label_id")],
});

export const labelReleaseCountsV1 = warehouse("label_release_counts_v1", {
  about: "How many releases each label has.",
  rule:
    "From release_label_xref_v1: for each `label_norm` the least `label_name`, and how many different releases " +
    "there are.",
  reads: [releaseLabelXrefV1],
  columns: [
    mandatory(varchar("label_norm")),
    varchar("label_name_sample"),
    mandatory(bigint("n_total_releases")),
  ],
  unique: "label_norm",
});

export const releaseStyleXrefV1 = warehouse("release_style_xref_v1", {
  about: "The styles of each release.",
  rule: "Distinct, from the releases' `style_list`; `style_norm` is the style in lower case.",
  reads: [releasesV6],
  columns: [mandatory(bigint("release_id")), mandatory(varchar("style")), mandatory(varchar("style_norm"))],
  references: [toRelease("release_id")],
});

export const releaseGenreXrefV1 = warehouse("release_genre_xref_v1", {
  about: "The genres of each release.",
  rule:
    "Distinct, from the releases' `genre_list`; `genre_norm` is the genre in lower case. " +
    '"Folk, World, & Country" and "Funk / Soul" are one genre each.',
  reads: [releasesV6],
  columns: [mandatory(bigint("release_id")), mandatory(varchar("genre")), mandatory(varchar("genre_norm"))],
  references: [toRelease("release_id")],
});
