import { added, expected, id, joined, list, mandatory, recordDataset, text } from "./declaration.ts";
import { artistRefs, toArtist, toRelease } from "./refs.ts";

export const mastersV1 = recordDataset({
  directory: "masters_v1_typed",
  about: "One row for each master release.",
  entity: "master",
  partRows: 200_000,
  unique: "master_id",
  references: [toRelease("main_release_id"), toArtist("artist_refs.artist_id")],
  columns: [
    mandatory(id("master_id", "@id")),
    expected(id("main_release_id", "main_release")),
    expected(text("title")),
    expected(id("year")),
    expected(joined("master_artists", "artists/artist/name")),
    joined("master_artist_ids", "artists/artist/id", ","),
    joined("genres", "genres/genre"),
    joined("styles", "styles/style"),
    text("data_quality"),
    added(artistRefs),
    added(list("genre_list", "genres/genre")),
    added(list("style_list", "styles/style")),
  ],
});
