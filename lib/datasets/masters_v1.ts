import { about } from "./about.ts";
import { added, expected, id, joined, list, mandatory, number, recordDataset, text } from "./declaration.ts";
import { artistRefs, toArtist, toRelease } from "./refs.ts";

/** The masters dump, one row per master release. */
export const mastersV1 = recordDataset({
  directory: "masters_v1_typed",
  about: "One row per master release.",
  entity: "master",
  partRows: 200_000,
  key: { columns: ["master_id"], hard: true },
  references: [toRelease("main_release_id", "INFO"), toArtist("artist_refs.artist_id", "INFO")],
  derived: [
    {
      name: "decade",
      rule: "decade",
      from: "year",
      about: "First year of the decade of `year`, e.g. 1990; NULL if the year is unknown.",
    },
  ],
  columns: [
    about(mandatory(id("master_id", "@id")), "Discogs id of the master release."),
    about(expected(number("main_release_id", "main_release")), "Id of the master's main release."),
    about(expected(text("title")), "Title of the master release."),
    about(
      expected(number("year", "year")),
      'Year of the earliest release; 0, the dump\'s "none", means unknown.',
    ),
    about(
      expected(joined("master_artists", "artists/artist/name")),
      "Names of the main artists, joined for display; artist_refs holds them as a list.",
    ),
    about(
      joined("master_artist_ids", "artists/artist/id", ","),
      "Ids of the main artists, in the same order as their names, separated by commas without spaces.",
    ),
    about(
      joined("genres", "genres/genre"),
      "Genres, joined for display; do not split them, as a genre can contain a comma.",
    ),
    about(
      joined("styles", "styles/style"),
      "Styles, joined for display; do not split them, as a style can contain a comma.",
    ),
    about(text("data_quality"), "Review status assigned by contributors, e.g. `Correct` or `Needs Vote`."),
    about(
      added(artistRefs),
      "Main artists in order: id, name, name as credited (anv), and the text that joins each to the next.",
    ),
    about(added(list("genre_list", "genres/genre")), "Genres, as a list."),
    about(added(list("style_list", "styles/style")), "Styles, as a list."),
    about(added(text("notes")), "Notes on the master release, in Discogs markup."),
  ],
});
