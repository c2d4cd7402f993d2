import { countWithout, distinct, id, joined, mandatory, recordDataset, text } from "./declaration.ts";

export const artistsV1 = recordDataset({
  directory: "artists_v1_typed",
  about: "One row for each artist. One without a name (66827 in the dumps) is kept and counted.",
  entity: "artist",
  partRows: 200_000,
  unique: "artist_id",
  columns: [
    distinct(mandatory(id("artist_id", "id"))),
    distinct(text("name")),
    distinct(text("realname")),
    distinct(text("profile")),
    text("data_quality"),
    distinct(joined("urls", "urls/url")),
    distinct(joined("namevariations", "namevariations/name")),
    distinct(joined("aliases", "aliases/name")),
  ],
  missing: [countWithout("name")],
});
