import { about } from "./about.ts";
import { id, itemDataset, mandatory, skipWithout, text } from "./declaration.ts";
import { toArtist } from "./refs.ts";

/** Memberships of artists in groups, in both directions. */
export const artistMembershipsV1 = itemDataset({
  directory: "artist_memberships_v1_typed",
  about:
    "One row per member listed by a group, followed by one row per group listed by a member. Both directions are kept " +
    "as written, and both names are required. In the dumps of 2015 to 2019, a member's id is not an attribute but the " +
    "`<id>` element immediately before the name.",
  entity: "artist",
  partRows: 500_000,
  references: [toArtist("group_id", "WARN"), toArtist("member_id", "WARN")],
  rows: [
    {
      each: "members/name",
      columns: [
        about(mandatory(id("group_id", "/id")), "Artist id of the group."),
        about(
          text("group_name", "/name"),
          "Name of the group, as written in the record that the row comes from.",
        ),
        about(mandatory(id("member_id", "@id", "^id")), "Artist id of the member."),
        about(
          text("member_name", "."),
          "Name of the member, as written in the record that the row comes from.",
        ),
      ],
    },
    {
      each: "groups/name",
      columns: [
        mandatory(id("group_id", "@id")),
        text("group_name", "."),
        mandatory(id("member_id", "/id")),
        text("member_name", "/name"),
      ],
    },
  ],
  missing: [skipWithout("group_name"), skipWithout("member_name")],
});
