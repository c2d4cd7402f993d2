import { about } from "./about.ts";
import { added, expected, id, joined, list, mandatory, recordDataset, text } from "./declaration.ts";
import { artistRefs, toArtist, toRelease } from "./refs.ts";

export const mastersV1 = recordDataset({
  directory: "masters_v1_typed",
  about: "One row for each master release.",
  entity: "master",
  partRows: 200_000,
  key: { columns: ["master_id"], hard: true },
  references: [toRelease("main_release_id", "INFO"), toArtist("artist_refs.artist_id", "INFO")],
  derived: [
    {
      name: "decade",
      rule: "decade",
      from: "year",
      about: "The first year of the decade of `year`, e.g. 1990; NULL where the year is not known.",
    },
  ],
  columns: [
    about(mandatory(id("master_id", "@id")), "The master release's id at Discogs."),
    about(expected(id("main_release_id", "main_release")), "Id of the release that stands for the master."),
    about(expected(text("title")), "The title that its releases share."),
    about(expected(id("year")), "Year of the earliest release; 0 where the dump has 0, not known."),
    about(
      expected(joined("master_artists", "artists/artist/name")),
      "Names of the main artists, for reading; artist_refs has them one by one.",
    ),
    about(
      joined("master_artist_ids", "artists/artist/id", ","),
      "Ids of the main artists, in the order of their names, without blanks.",
    ),
    about(joined("genres", "genres/genre"), "Genres, for reading: a genre can hold a comma."),
    about(joined("styles", "styles/style"), "Styles, for reading: a style can hold a comma."),
    about(
      text("data_quality"),
      "How far the entry was checked by the contributors, e.g. `Correct` or `Needs Vote`.",
    ),
    about(
      added(artistRefs),
      "The main artists in order: id, name, the name as credited (anv), and what joins it to the next.",
    ),
    about(added(list("genre_list", "genres/genre")), "The genres, one by one."),
    about(added(list("style_list", "styles/style")), "The styles, one by one."),
    about(added(text("notes")), "Free text about the master release, with the markup of Discogs."),
  ],
});
