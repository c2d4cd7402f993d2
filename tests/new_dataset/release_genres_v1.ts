import { about } from "../../lib/datasets/about.ts";
import { detailDataset, id, mandatory, ordinal, text } from "../../lib/datasets/declaration.ts";
import { toRelease } from "../../lib/datasets/refs.ts";
import { releasesV6 } from "../../lib/datasets/releases_v6.ts";

/** The genres of releases, one row for each. */
export const releaseGenresV1 = detailDataset(releasesV6, {
  directory: "release_genres_v1",
  shortName: "genres",
  about: "One row for each genre of a release.",
  partRows: 500_000,
  key: { columns: ["release_id", "genre_no"], hard: true },
  references: [toRelease("release_id", "CRITICAL")],
  rows: [
    {
      each: "genres/genre",
      columns: [
        about(mandatory(id("release_id", "/@id")), "Id of the release."),
        about(mandatory(ordinal("genre_no")), "Place in the list, from 1."),
        about(text("genre", "."), "A genre of the release."),
      ],
    },
  ],
});
