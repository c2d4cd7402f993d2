import { about } from "../about.ts";
import { artistsV1 } from "../artists_v1.ts";
import {
  constant,
  detailDataset,
  id,
  mandatory,
  numberRef,
  ordinal,
  type Path,
  text,
} from "../declaration.ts";
import { toArtist } from "../refs.ts";

const columns = (kind: string, ...ids: Path[]) =>
  [
    about(mandatory(id("artist_id", "/id")), "Id of the artist."),
    about(
      mandatory(constant("kind", kind)),
      "What the related artist is to this one: an `alias`, a `member` of this group, or a `group` that this artist belongs to.",
    ),
    about(
      mandatory(ordinal("relation_no")),
      "Position among the artist's relations of this kind, starting at 1.",
    ),
    about(numberRef("related_id", ...ids), "Id of the related artist; NULL if the dump has none."),
    about(text("name", "."), "Name of the related artist, as written in this artist's record."),
  ] as const;

/** Aliases, members and groups of artists, including entries without a name or an id. */
export const artistRelationsV1 = detailDataset(artistsV1, {
  directory: "artist_relations_v1",
  about:
    "One row per alias, member and group listed by an artist, as written, including entries without a name or an id.",
  partRows: 1_000_000,
  key: { columns: ["artist_id", "kind", "relation_no"], hard: true },
  references: [toArtist("artist_id", "CRITICAL"), toArtist("related_id", "INFO")],
  order: "document",
  rows: [
    { each: "aliases/name", columns: columns("alias", "@id") },
    // Until 2024, a member's id precedes the name as an element; from 2015 to 2019 it appears only there. 0 is none, so that the
    // element counts beside an attribute that is 0, which the historical member_id keeps.
    { each: "members/name", alone: "id", columns: columns("member", "@id", "^id") },
    { each: "groups/name", columns: columns("group", "@id") },
  ],
});
