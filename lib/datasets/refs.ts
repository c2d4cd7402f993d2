import { numberRef, refs, text } from "./declaration.ts";
import type { Reference, Severity } from "./types.ts";

/** Artists of a release or master as structs, so that a name with a comma stays one artist. */
export const artistRefs = refs("artist_refs", "artists/artist", [
  numberRef("artist_id", "id"),
  text("name"),
  text("anv"),
  text("join_text", "join"),
]);

/** Labels of a release as structs, so that a catalogue number stays with its label. */
export const labelRefs = refs("label_refs", "labels/label", [
  numberRef("label_id", "@id"),
  text("name", "@name"),
  text("catno", "@catno"),
]);

/** Returns a function that declares references to a canonical dataset by its id. */
const referencesTo =
  (table: string, id: string) =>
  (column: string, severity: Severity): Reference => ({
    columns: [column],
    to: { table, columns: [id] },
    severity,
  });

/** Declares a reference to an artist. */
export const toArtist = referencesTo("artists_v1_typed", "artist_id");
/** Declares a reference to a master release. */
export const toMaster = referencesTo("masters_v1_typed", "master_id");
/** Declares a reference to a release. */
export const toRelease = referencesTo("releases_ref_v6", "release_id");
/** Declares a reference to a label. */
export const toLabel = referencesTo("labels_ref_v10", "label_id");

/** Declares a reference to a track of the same release, which is never missing. */
export const toTrack = (column: string): Reference => ({
  columns: ["release_id", column],
  to: { table: "release_tracks_v1", columns: ["release_id", "track_no"] },
  severity: "CRITICAL",
});
