import { about } from "./about.ts";
import {
  added,
  countWithout,
  expected,
  id,
  joined,
  list,
  mandatory,
  recordDataset,
  text,
} from "./declaration.ts";

export const artistsV1 = recordDataset({
  directory: "artists_v1_typed",
  about: "One row for each artist. One without a name (66827 in the dumps) is kept and counted.",
  entity: "artist",
  partRows: 200_000,
  key: { columns: ["artist_id"], hard: true },
  columns: [
    about(mandatory(id("artist_id", "id")), "The artist's id at Discogs."),
    about(
      expected(text("name")),
      "The artist's name; a number in brackets, `Nirvana (2)`, tells artists of one name apart.",
    ),
    about(text("realname"), "The real name of a person, or what an abbreviation stands for."),
    about(text("profile"), "The text about the artist, with the markup of Discogs (`[a=...]`, `[l=...]`)."),
    about(
      text("data_quality"),
      "How far the entry was checked by the contributors, e.g. `Correct` or `Needs Vote`.",
    ),
    about(joined("urls", "urls/url"), "The addresses of the artist's pages, for reading."),
    about(joined("namevariations", "namevariations/name"), "Other spellings of the name, for reading."),
    about(
      joined("aliases", "aliases/name"),
      "Names of the artist's aliases, for reading; their ids are in artist_aliases_v1_typed.",
    ),
    about(added(list("url_list", "urls/url")), "The addresses of the artist's pages, each by itself."),
  ],
  missing: [countWithout("name")],
});
