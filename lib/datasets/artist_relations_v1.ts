import { about } from "./about.ts";
import { artistsV1 } from "./artists_v1.ts";
import {
  constant,
  detailDataset,
  id,
  mandatory,
  numberRef,
  ordinal,
  type Path,
  text,
} from "./declaration.ts";
import { toArtist } from "./refs.ts";

const columns = (kind: string, ...ids: Path[]) =>
  [
    about(mandatory(id("artist_id", "/id")), "Id of the artist."),
    about(
      mandatory(constant("kind", kind)),
      "What the other one is: `alias` of the artist, `member` of this group, or `group` that the artist is in.",
    ),
    about(mandatory(ordinal("relation_no")), "Place among those of that kind, from 1."),
    about(numberRef("related_id", ...ids), "Id of the other artist; NULL where the dump gives none."),
    about(text("name", "."), "Name of the other artist, as written there."),
  ] as const;

export const artistRelationsV1 = detailDataset(artistsV1, {
  directory: "artist_relations_v1",
  about:
    "One row for each alias, member and group that an artist lists, as they stand there, also where a name or an id is " +
    "missing.",
  partRows: 1_000_000,
  key: { columns: ["artist_id", "kind", "relation_no"], hard: true },
  references: [toArtist("artist_id", "CRITICAL"), toArtist("related_id", "INFO")],
  order: "document",
  rows: [
    { each: "aliases/name", columns: columns("alias", "@id") },
    // Until 2024 a member's id stands before the name, and from 2015 to 2019 only there.
    { each: "members/name", alone: "id", columns: columns("member", "@id", "^id") },
    { each: "groups/name", columns: columns("group", "@id") },
  ],
});
