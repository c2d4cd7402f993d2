import { about } from "./about.ts";
import { id, itemDataset, mandatory, number, skipWithout, text } from "./declaration.ts";
import { toArtist } from "./refs.ts";

/** Aliases of artists, each with its id. */
export const artistAliasesV1 = itemDataset({
  directory: "artist_aliases_v1_typed",
  about: "One row per alias listed by an artist. An alias may lack an id, but not a name.",
  entity: "artist",
  partRows: 500_000,
  references: [toArtist("artist_id", "CRITICAL"), toArtist("alias_id", "INFO")],
  rows: [
    {
      each: "aliases/name",
      columns: [
        about(mandatory(id("artist_id", "/id")), "Id of the artist who lists the alias."),
        about(number("alias_id", "@id"), "Artist id of the alias; NULL if the dump has none."),
        about(text("alias_name", "."), "Name of the alias, as listed by the artist."),
      ],
    },
  ],
  missing: [skipWithout("alias_name")],
});
