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
  number,
  recordDataset,
  text,
} from "./declaration.ts";
import { artistRefs, labelRefs, toArtist, toLabel, toMaster } from "./refs.ts";

/** The releases dump, one row per release. */
export const releasesV6 = recordDataset({
  directory: "releases_v6",
  about:
    "One row per release. Artists and credits are those of the release as a whole, not of individual tracks.",
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
      about: "Year of the release, same as released_year; NULL if unknown.",
    },
    {
      name: "decade",
      rule: "decade",
      from: "released_year",
      about: "First year of the decade of the release, e.g. 1990; NULL if the year is unknown.",
    },
  ],
  columns: [
    about(mandatory(id("release_id", "@id")), "Discogs id of the release."),
    about(
      number("master_id", "master_id"),
      'Id of the master release that this release is a version of; NULL or 0, the dump\'s "none", means that it has none.',
    ),
    about(expected(text("title")), "Title of the release."),
    about(
      expected(joined("artists", "artists/artist/name")),
      "Names of the main artists, joined for display; artist_refs holds them as a list.",
    ),
    about(
      expected(joined("labels", "labels/label/@name")),
      "Names of the labels, joined for display; label_refs holds them as a list.",
    ),
    about(
      joined("label_catnos", "labels/label/@catno"),
      "Catalogue numbers, joined for display; `none` if the release has none.",
    ),
    about(expected(text("country")), "Country or region of the release, as named by Discogs."),
    about(
      expected(joined("formats", "formats/format/@name")),
      "Names of the formats, e.g. `Vinyl` or `CD`, joined for display.",
    ),
    about(
      expected(joined("genres", "genres/genre")),
      "Genres, joined for display; do not split them, as a genre can contain a comma.",
    ),
    about(
      joined("styles", "styles/style"),
      "Styles, joined for display; do not split them, as a style can contain a comma.",
    ),
    about(
      flat("credits_flat", "extraartists/artist", [{ paths: ["role"] }, { paths: ["name"] }], {
        between: ": ",
        separator: "; ",
      }),
      "Credits of the release as a whole, each as `role: name`, joined for display.",
    ),
    about(text("status", "@status"), "Status of the entry, e.g. `Accepted` or `Draft`."),
    about(
      expected(text("released")),
      "Release date as written, e.g. `1999`, `1999-03` or `1999-03-00`; not always a date.",
    ),
    about(text("data_quality"), "Review status assigned by contributors, e.g. `Correct` or `Needs Vote`."),
    about(joined("format_qtys", "formats/format/@qty"), "Quantity of each format, in the order of formats."),
    about(
      joined("format_texts", "formats/format/@text"),
      "Free-text notes on the formats, e.g. the colour of the vinyl, joined for display.",
    ),
    about(
      joined("format_descriptions", "formats/format/descriptions/description"),
      "Descriptors of all formats, e.g. `LP` or `Album`, joined for display.",
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
      "Barcodes, matrix numbers and other identifiers, each as `type [description] : value`, joined for display.",
    ),
    about(
      added(artistRefs),
      "Main artists in order: id, name, name as credited (anv), and the text that joins each to the next.",
    ),
    about(added(labelRefs), "Labels in order: id, name and the release's catalogue number on that label."),
    about(added(list("genre_list", "genres/genre")), "Genres, as a list."),
    about(added(list("style_list", "styles/style")), "Styles, as a list."),
    about(added(text("notes")), "Notes on the release, in Discogs markup."),
    about(
      added(boolean("is_main_release", "master_id/@is_main_release")),
      "TRUE if this is the main release of its master, otherwise FALSE; NULL if the dump does not say.",
    ),
    about(
      added(datePart("released_year", "released", "year")),
      "Year of `released`; NULL if it is `0000`, or `released` is not of the form `YYYY[-MM[-DD]]`.",
    ),
    about(
      added(datePart("released_month", "released", "month")),
      "Month of `released`, 1 to 12; NULL if unknown.",
    ),
    about(added(datePart("released_day", "released", "day")), "Day of `released`, 1 to 31; NULL if unknown."),
  ],
});
