import { refId, refs, text } from "./declaration.ts";
import type { Reference } from "./types.ts";

/** The artists of a release or master as structs, so that a name with a comma stays one artist. */
export const artistRefs = refs("artist_refs", "artists/artist", [
  refId("artist_id", "id"),
  text("name"),
  text("anv"),
  text("join_text", "join"),
]);

/** The labels of a release as structs, so that a catalogue number stays with its label. */
export const labelRefs = refs("label_refs", "labels/label", [
  refId("label_id", "@id"),
  text("name", "@name"),
  text("catno", "@catno"),
]);

/** References to rows of the other canonical datasets, for declarations. */
export const toArtist = (column: string): Reference => ({
  column,
  to: { table: "artists_v1_typed", column: "artist_id" },
});
export const toMaster = (column: string): Reference => ({
  column,
  to: { table: "masters_v1_typed", column: "master_id" },
});
export const toRelease = (column: string): Reference => ({
  column,
  to: { table: "releases_ref_v6", column: "release_id" },
});
export const toLabel = (column: string): Reference => ({
  column,
  to: { table: "labels_ref_v10", column: "label_id" },
});
