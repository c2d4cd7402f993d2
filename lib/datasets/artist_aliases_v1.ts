import { about } from "./about.ts";
import { id, itemDataset, mandatory, skipWithout, text } from "./declaration.ts";
import { toArtist } from "./refs.ts";

export const artistAliasesV1 = itemDataset({
  directory: "artist_aliases_v1_typed",
  about: "One row for each alias that an artist lists. The alias's id may be missing; its name may not.",
  entity: "artist",
  partRows: 500_000,
  references: [toArtist("artist_id", "CRITICAL"), toArtist("alias_id", "INFO")],
  rows: [
    {
      each: "aliases/name",
      columns: [
        about(mandatory(id("artist_id", "/id")), "Id of the artist that lists the alias."),
        about(id("alias_id", "@id"), "Id of the artist that the alias is; NULL where the dump gives none."),
        about(text("alias_name", "."), "The alias as the artist lists it."),
      ],
    },
  ],
  missing: [skipWithout("alias_name")],
});
