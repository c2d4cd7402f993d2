import { about } from "./about.ts";
import { id, itemDataset, mandatory, skipWithout, text } from "./declaration.ts";
import { toArtist } from "./refs.ts";

export const artistMembershipsV1 = itemDataset({
  directory: "artist_memberships_v1_typed",
  about:
    "One row for each member that a group lists, then one for each group that a member lists: both directions are " +
    "kept, as written at that place. Both names are needed. In dumps of 2015 to 2019 a member's id is not an attribute, " +
    "but the `<id>` just before its name.",
  entity: "artist",
  partRows: 500_000,
  references: [toArtist("group_id", "WARN"), toArtist("member_id", "WARN")],
  rows: [
    {
      each: "members/name",
      columns: [
        about(mandatory(id("group_id", "/id")), "Artist id of the group."),
        about(text("group_name", "/name"), "The group's name, as the artist that gives the row has it."),
        about(mandatory(id("member_id", "@id", "^id")), "Artist id of the member."),
        about(text("member_name", "."), "The member's name, as the artist that gives the row has it."),
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
