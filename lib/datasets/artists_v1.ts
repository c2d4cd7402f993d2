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

/** The artists dump, one row per artist. */
export const artistsV1 = recordDataset({
  directory: "artists_v1_typed",
  about:
    "One row per artist. Artists without a name (in the dumps, the artist with the id 66827) are kept and counted.",
  entity: "artist",
  partRows: 200_000,
  key: { columns: ["artist_id"], hard: true },
  columns: [
    about(mandatory(id("artist_id", "id")), "Discogs id of the artist."),
    about(
      expected(text("name")),
      "Name of the artist. A number in parentheses, as in `Nirvana (2)`, distinguishes artists with the same name.",
    ),
    about(text("realname"), "Real name of a person, or the full form of an abbreviated name."),
    about(text("profile"), "Profile text, in Discogs markup (`[a=...]`, `[l=...]`)."),
    about(text("data_quality"), "Review status assigned by contributors, e.g. `Correct` or `Needs Vote`."),
    about(joined("urls", "urls/url"), "URLs of the artist's web pages, joined for display."),
    about(joined("namevariations", "namevariations/name"), "Variations of the name, joined for display."),
    about(
      joined("aliases", "aliases/name"),
      "Names of the artist's aliases, joined for display; their ids are in artist_aliases_v1_typed.",
    ),
    about(added(list("url_list", "urls/url")), "URLs of the artist's web pages, as a list."),
  ],
  missing: [countWithout("name")],
});
