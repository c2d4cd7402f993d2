import { refId, refs, text } from "./declaration.ts";

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
