import { countWithout, expected, id, joined, mandatory, recordDataset, text } from "./declaration.ts";

export const artistsV1 = recordDataset({
  directory: "artists_v1_typed",
  about: "One row for each artist. One without a name (66827 in the dumps) is kept and counted.",
  entity: "artist",
  partRows: 200_000,
  unique: "artist_id",
  columns: [
    mandatory(id("artist_id", "id")),
    expected(text("name")),
    text("realname"),
    text("profile"),
    text("data_quality"),
    joined("urls", "urls/url"),
    joined("namevariations", "namevariations/name"),
    joined("aliases", "aliases/name"),
  ],
  missing: [countWithout("name")],
});
