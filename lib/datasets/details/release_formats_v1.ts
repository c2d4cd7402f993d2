import { about } from "../about.ts";
import { detailDataset, id, list, mandatory, ordinal, text } from "../declaration.ts";
import { toRelease } from "../refs.ts";
import { releasesV6 } from "../releases_v6.ts";

/** Formats of releases. */
export const releaseFormatsV1 = detailDataset(releasesV6, {
  directory: "release_formats_v1",
  shortName: "formats",
  about: "One row per format of a release, i.e. the media it consists of.",
  partRows: 500_000,
  key: { columns: ["release_id", "format_no"], hard: true },
  references: [toRelease("release_id", "CRITICAL")],
  rows: [
    {
      each: "formats/format",
      columns: [
        about(mandatory(id("release_id", "/@id")), "Id of the release."),
        about(mandatory(ordinal("format_no")), "Position within the release, starting at 1."),
        about(text("name", "@name"), "Name of the format, e.g. `Vinyl` or `CD`."),
        about(text("qty", "@qty"), "Quantity, as written."),
        about(id("quantity", "@qty"), "`qty` as a number; NULL if it is not a number or exceeds 64 bits."),
        about(text("format_text", "@text"), "Free-text note on the format, e.g. `Gatefold`."),
        about(
          list("description_list", "descriptions/description"),
          'Descriptors of the format, e.g. `LP`, `12"`, `Reissue`.',
        ),
      ],
    },
  ],
});
