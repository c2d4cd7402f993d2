import { about } from "../about.ts";
import { detailDataset, id, mandatory, numberRef, ordinal, text } from "../declaration.ts";
import { toLabel, toRelease } from "../refs.ts";
import { releasesV6 } from "../releases_v6.ts";

/** Series that releases belong to. */
export const releaseSeriesV1 = detailDataset(releasesV6, {
  directory: "release_series_v1",
  shortName: "series",
  about: "One row per series that a release belongs to.",
  partRows: 500_000,
  key: { columns: ["release_id", "series_no"], hard: true },
  references: [toRelease("release_id", "CRITICAL"), toLabel("series_id", "INFO")],
  rows: [
    {
      each: "series/series",
      columns: [
        about(mandatory(id("release_id", "/@id")), "Id of the release."),
        about(mandatory(ordinal("series_no")), "Position within the release, starting at 1."),
        about(numberRef("series_id", "@id"), "Label id of the series; NULL if there is none."),
        about(text("name", "@name"), "Name of the series."),
        about(text("catno", "@catno"), "Number of the release within the series."),
      ],
    },
  ],
});
