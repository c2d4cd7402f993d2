import type { Column, TableDeclaration } from "./types.ts";

/** A warehouse dataset: made by `sql/warehouse/<name>.sql` from the canonical ones, one sorted file. */
export interface WarehouseDataset extends TableDeclaration {
  kind: "warehouse";
}

const bigint = (name: string): Column => ({ name, type: "BIGINT" });
const varchar = (name: string): Column => ({ name, type: "VARCHAR" });
const added = (column: Column): Column => ({ ...column, added: true });
const mandatory = (column: Column): Column => ({ ...column, mandatory: true });

function warehouse(name: string, columns: Column[], unique?: string): WarehouseDataset {
  const directory = `warehouse_discogs/${name}`;
  return { directory, table: name, kind: "warehouse", columns, ...(unique === undefined ? {} : { unique }) };
}

/** Every name that an artist is known by, normalised. */
export const artistNameMapV1 = warehouse("artist_name_map_v1", [
  mandatory(varchar("norm_name")),
  mandatory(bigint("artist_id")),
]);

/** Which artists a release names. */
export const releaseArtistsV1 = warehouse("release_artists_v1", [
  mandatory(bigint("release_id")),
  mandatory(varchar("artist_norm")),
  added(bigint("artist_id")),
  added(varchar("artist_name")),
]);

/** Which labels a release names, each with its catalogue number. */
export const releaseLabelXrefV1 = warehouse("release_label_xref_v1", [
  mandatory(bigint("release_id")),
  mandatory(varchar("label_name")),
  mandatory(varchar("label_norm")),
  varchar("label_catno"),
  added(bigint("label_id")),
]);

/** How many releases each label has. */
export const labelReleaseCountsV1 = warehouse(
  "label_release_counts_v1",
  [mandatory(varchar("label_norm")), varchar("label_name_sample"), mandatory(bigint("n_total_releases"))],
  "label_norm",
);

export const releaseStyleXrefV1 = warehouse("release_style_xref_v1", [
  mandatory(bigint("release_id")),
  mandatory(varchar("style")),
  mandatory(varchar("style_norm")),
]);

export const releaseGenreXrefV1 = warehouse("release_genre_xref_v1", [
  mandatory(bigint("release_id")),
  mandatory(varchar("genre")),
  mandatory(varchar("genre_norm")),
]);
