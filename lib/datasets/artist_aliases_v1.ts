import { id, itemDataset, mandatory, skipWithout, text } from "./declaration.ts";
import { toArtist } from "./refs.ts";

export const artistAliasesV1 = itemDataset({
  directory: "artist_aliases_v1_typed",
  about: "One row for each alias that an artist lists. The alias's id may be missing; its name may not.",
  entity: "artist",
  partRows: 500_000,
  references: [toArtist("artist_id"), toArtist("alias_id")],
  rows: [
    {
      each: "aliases/name",
      columns: [mandatory(id("artist_id", "/id")), id("alias_id", "@id"), text("alias_name", ".")],
    },
  ],
  missing: [skipWithout("alias_name")],
});
