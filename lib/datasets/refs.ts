import { refId, refs, text } from "./declaration.ts";
import type { Reference, Severity } from "./types.ts";

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

/** References to rows of a canonical dataset by their id, for declarations. */
const referencesTo =
  (table: string, id: string) =>
  (column: string, severity: Severity): Reference => ({
    columns: [column],
    to: { table, columns: [id] },
    severity,
  });

export const toArtist = referencesTo("artists_v1_typed", "artist_id");
export const toMaster = referencesTo("masters_v1_typed", "master_id");
export const toRelease = referencesTo("releases_ref_v6", "release_id");
export const toLabel = referencesTo("labels_ref_v10", "label_id");

/** A reference to a track of the same release. */
export const toTrack = (column: string, severity: Severity): Reference => ({
  columns: ["release_id", column],
  to: { table: "release_tracks_v1", columns: ["release_id", "track_no"] },
  severity,
});
