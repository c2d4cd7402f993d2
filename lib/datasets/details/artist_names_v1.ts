import { about } from "../about.ts";
import { artistsV1 } from "../artists_v1.ts";
import { constant, detailDataset, id, mandatory, ordinal, type Path, text } from "../declaration.ts";
import { toArtist } from "../refs.ts";

const names = (each: Path, kind: string) =>
  ({
    each,
    columns: [
      about(mandatory(id("artist_id", "/id")), "Id of the artist."),
      about(
        mandatory(constant("kind", kind)),
        "Kind of name: `name` (the primary name on Discogs), `realname` (the legal name) or `namevariation` (a name the artist is credited under).",
      ),
      about(mandatory(ordinal("name_no")), "Position among the artist's names of this kind, starting at 1."),
      about(text("name", "."), "The name."),
    ],
  }) as const;

/** Names of artists: primary names, real names and name variations. */
export const artistNamesV1 = detailDataset(artistsV1, {
  directory: "artist_names_v1",
  about: "One row per name of an artist.",
  partRows: 1_000_000,
  key: { columns: ["artist_id", "kind", "name_no"], hard: true },
  references: [toArtist("artist_id", "CRITICAL")],
  order: "document",
  rows: [names("name", "name"), names("realname", "realname"), names("namevariations/name", "namevariation")],
});
