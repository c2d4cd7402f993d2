import { about } from "./about.ts";
import { detailDataset, id, mandatory, numberRef, ordinal, text } from "./declaration.ts";
import { toLabel, toRelease } from "./refs.ts";
import { releasesV6 } from "./releases_v6.ts";

export const releaseSeriesV1 = detailDataset(releasesV6, {
  directory: "release_series_v1",
  shortName: "series",
  about: "One row for each series that a release is part of.",
  partRows: 500_000,
  key: { columns: ["release_id", "series_no"], hard: true },
  references: [toRelease("release_id", "CRITICAL"), toLabel("series_id", "INFO")],
  rows: [
    {
      each: "series/series",
      columns: [
        about(mandatory(id("release_id", "/@id")), "Id of the release."),
        about(mandatory(ordinal("series_no")), "Place in the release, from 1."),
        about(
          numberRef("series_id", "@id"),
          "Id of the series, which is that of a label; NULL where there is none.",
        ),
        about(text("name", "@name"), "Name of the series."),
        about(text("catno", "@catno"), "The release's number in the series."),
      ],
    },
  ],
});
