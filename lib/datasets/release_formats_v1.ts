import { about } from "./about.ts";
import { detailDataset, id, list, mandatory, ordinal, text } from "./declaration.ts";
import { toRelease } from "./refs.ts";
import { releasesV6 } from "./releases_v6.ts";

export const releaseFormatsV1 = detailDataset(releasesV6, {
  directory: "release_formats_v1",
  shortName: "formats",
  about: "One row for each format of a release: what it consists of.",
  partRows: 500_000,
  key: { columns: ["release_id", "format_no"], hard: true },
  references: [toRelease("release_id", "CRITICAL")],
  rows: [
    {
      each: "formats/format",
      columns: [
        about(mandatory(id("release_id", "/@id")), "Id of the release."),
        about(mandatory(ordinal("format_no")), "Place in the release, from 1."),
        about(text("name", "@name"), "The format, e.g. `Vinyl` or `CD`."),
        about(text("qty", "@qty"), "How many there are, as written."),
        about(
          id("quantity", "@qty"),
          "The same as a number; NULL where it is none, or does not fit 64 bits.",
        ),
        about(text("format_text", "@text"), "Free text about it, e.g. `Gatefold`."),
        about(
          list("description_list", "descriptions/description"),
          'What describes it, e.g. `LP`, `12"`, `Reissue`.',
        ),
      ],
    },
  ],
});
