import { added, expected, flat, id, joined, list, mandatory, recordDataset, text } from "./declaration.ts";
import { artistRefs, labelRefs, toArtist, toLabel, toMaster } from "./refs.ts";

export const releasesV6 = recordDataset({
  directory: "releases_v6",
  about: "One row for each release; credits and artists are those of the release, not of its tracks.",
  table: "releases_ref_v6",
  entity: "release",
  partRows: 50_000,
  unique: "release_id",
  references: [toMaster("master_id"), toArtist("artist_refs.artist_id"), toLabel("label_refs.label_id")],
  columns: [
    mandatory(id("release_id", "@id")),
    id("master_id"),
    expected(text("title")),
    expected(joined("artists", "artists/artist/name")),
    expected(joined("labels", "labels/label/@name")),
    joined("label_catnos", "labels/label/@catno"),
    expected(text("country")),
    expected(joined("formats", "formats/format/@name")),
    expected(joined("genres", "genres/genre")),
    joined("styles", "styles/style"),
    flat("credits_flat", "extraartists/artist", [{ paths: ["role"] }, { paths: ["name"] }], {
      between: ": ",
      separator: "; ",
    }),
    text("status", "@status"),
    expected(text("released")),
    text("data_quality"),
    joined("format_qtys", "formats/format/@qty"),
    joined("format_texts", "formats/format/@text"),
    joined("format_descriptions", "formats/format/descriptions/description"),
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
    added(artistRefs),
    added(labelRefs),
    added(list("genre_list", "genres/genre")),
    added(list("style_list", "styles/style")),
  ],
});
