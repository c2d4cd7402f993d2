import { about } from "./about.ts";
import { artistsV1 } from "./artists_v1.ts";
import { constant, detailDataset, id, mandatory, ordinal, type Path, text } from "./declaration.ts";
import { toArtist } from "./refs.ts";

const names = (each: Path, kind: string) =>
  ({
    each,
    columns: [
      about(mandatory(id("artist_id", "/id")), "Id of the artist."),
      about(
        mandatory(constant("kind", kind)),
        "Which name it is: `name`, that at Discogs; `realname`, the civil one; `namevariation`, one that the artist is credited by.",
      ),
      about(mandatory(ordinal("name_no")), "Place among the names of that kind, from 1."),
      about(text("name", "."), "The name."),
    ],
  }) as const;

export const artistNamesV1 = detailDataset(artistsV1, {
  directory: "artist_names_v1",
  about: "One row for each name of an artist.",
  partRows: 1_000_000,
  key: { columns: ["artist_id", "kind", "name_no"], hard: true },
  references: [toArtist("artist_id", "CRITICAL")],
  order: "document",
  rows: [names("name", "name"), names("realname", "realname"), names("namevariations/name", "namevariation")],
});
