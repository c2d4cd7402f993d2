import { about } from "./about.ts";
import {
  added,
  boolean,
  datePart,
  expected,
  flat,
  id,
  joined,
  list,
  mandatory,
  recordDataset,
  text,
} from "./declaration.ts";
import { artistRefs, labelRefs, toArtist, toLabel, toMaster } from "./refs.ts";

export const releasesV6 = recordDataset({
  directory: "releases_v6",
  about: "One row for each release; credits and artists are those of the release, not of its tracks.",
  table: "releases_ref_v6",
  entity: "release",
  partRows: 50_000,
  key: { columns: ["release_id"], hard: true },
  references: [
    toMaster("master_id", "INFO"),
    toArtist("artist_refs.artist_id", "INFO"),
    toLabel("label_refs.label_id", "INFO"),
  ],
  derived: [
    {
      name: "year",
      rule: "same",
      from: "released_year",
      about: "The year of the release, as released_year; NULL where it is not known.",
    },
    {
      name: "decade",
      rule: "decade",
      from: "released_year",
      about: "The first year of the decade of the release, e.g. 1990; NULL where the year is not known.",
    },
  ],
  columns: [
    about(mandatory(id("release_id", "@id")), "The release's id at Discogs."),
    about(id("master_id"), "Id of the master that the release is a version of; NULL or 0 for none."),
    about(expected(text("title")), "The release's title."),
    about(
      expected(joined("artists", "artists/artist/name")),
      "Names of the main artists, for reading; artist_refs has them one by one.",
    ),
    about(
      expected(joined("labels", "labels/label/@name")),
      "Names of the labels, for reading; label_refs has them one by one.",
    ),
    about(
      joined("label_catnos", "labels/label/@catno"),
      "Catalogue numbers, for reading; `none` where the release has none.",
    ),
    about(expected(text("country")), "Country or region of the release, in Discogs' own words."),
    about(
      expected(joined("formats", "formats/format/@name")),
      "Names of the formats, e.g. `Vinyl` or `CD`, for reading.",
    ),
    about(expected(joined("genres", "genres/genre")), "Genres, for reading: a genre can hold a comma."),
    about(joined("styles", "styles/style"), "Styles, for reading: a style can hold a comma."),
    about(
      flat("credits_flat", "extraartists/artist", [{ paths: ["role"] }, { paths: ["name"] }], {
        between: ": ",
        separator: "; ",
      }),
      "The credits of the release as a whole, each as `role: name`, for reading.",
    ),
    about(text("status", "@status"), "State of the entry, e.g. `Accepted` or `Draft`."),
    about(
      expected(text("released")),
      "Date of the release as written: `1999`, `1999-03` or `1999-03-00`; not always a date.",
    ),
    about(
      text("data_quality"),
      "How far the entry was checked by the contributors, e.g. `Correct` or `Needs Vote`.",
    ),
    about(
      joined("format_qtys", "formats/format/@qty"),
      "How many pieces there are of each format, in the order of formats.",
    ),
    about(
      joined("format_texts", "formats/format/@text"),
      "Free texts of the formats, e.g. the colour of the vinyl, for reading.",
    ),
    about(
      joined("format_descriptions", "formats/format/descriptions/description"),
      "Descriptions of all formats, e.g. `LP` or `Album`, for reading.",
    ),
    about(
      flat(
        "identifiers_flat",
        "identifiers/identifier",
        [
          { paths: ["@type"] },
          { paths: ["@description"], prefix: " [", suffix: "]" },
          { paths: ["@value", "."], prefix: " : " },
        ],
        { between: "", separator: "; " },
      ),
      "Barcodes, matrix numbers and the like, each as `type [description] : value`, for reading.",
    ),
    about(
      added(artistRefs),
      "The main artists in order: id, name, the name as credited (anv), and what joins it to the next.",
    ),
    about(added(labelRefs), "The labels in order: id, name and the catalogue number on that label."),
    about(added(list("genre_list", "genres/genre")), "The genres, one by one."),
    about(added(list("style_list", "styles/style")), "The styles, one by one."),
    about(added(text("notes")), "Free text about the release, with the markup of Discogs."),
    about(
      added(boolean("is_main_release", "master_id/@is_main_release")),
      "Whether the release is the main one of its master; NULL without a master.",
    ),
    about(
      added(datePart("released_year", "released", "year")),
      "The year of `released`; NULL where it is not written as `YYYY[-MM[-DD]]`.",
    ),
    about(
      added(datePart("released_month", "released", "month")),
      "The month of `released`, 1 to 12; NULL where not known.",
    ),
    about(
      added(datePart("released_day", "released", "day")),
      "The day of `released`, 1 to 31; NULL where not known.",
    ),
  ],
});
