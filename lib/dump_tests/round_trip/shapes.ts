import type { Entity } from "../../datasets/declaration.ts";
import {
  boolean,
  id,
  type ListShape,
  number,
  type RecordShape,
  rows,
  structs,
  type Tie,
  text,
  texts,
} from "./shape.ts";

// Where each element and attribute of the dumps is kept, written from the data contract rather than from the declarations in
// `lib/datasets/`, so that each checks the other. Omits joined columns, which can't be split.

const urls = texts("urls/url", "url_list");
const genres = texts("genres/genre", "genre_list");
const styles = texts("styles/style", "style_list");

const images = (dataset: string) =>
  rows("images/image", dataset, "image_no", [
    text("@type"),
    number("@width"),
    number("@height"),
    text("@uri"),
    text("@uri150"),
  ]);

const videos = (dataset: string) =>
  rows("videos/video", dataset, "video_no", [
    text("@src"),
    number("@duration", "duration_seconds"),
    boolean("@embed"),
    text("title"),
    text("description"),
  ]);

const artistName = (path: string, kind: string) =>
  rows(path, "artist_names_v1", "name_no", [text(".", "name")], { ties: { kind } });

const artistRelation = (path: string, kind: string, idBefore = false) =>
  rows(path, "artist_relations_v1", "relation_no", [id("@id", "related_id"), text(".", "name")], {
    ties: { kind },
    idBefore,
  });

const artist: RecordShape = {
  entity: "artist",
  dataset: "artists_v1_typed",
  id: number("id", "artist_id"),
  leaves: [text("name"), text("realname"), text("profile"), text("data_quality")],
  lists: [
    images("artist_images_v1"),
    artistName("name", "name"),
    artistName("realname", "realname"),
    urls,
    artistName("namevariations/name", "namevariation"),
    artistRelation("aliases/name", "alias"),
    artistRelation("members/name", "member", true),
    artistRelation("groups/name", "group"),
  ],
};

const label: RecordShape = {
  entity: "label",
  dataset: "labels_v10",
  id: { paths: ["id", "@id"], reading: "number", column: "label_id" },
  needs: "name",
  leaves: [
    text("name"),
    text("contactinfo", "contact_info"),
    text("profile"),
    text("data_quality"),
    id("parentLabel/@id", "parent_label_id"),
    text("parentLabel", "parent_label_name"),
  ],
  lists: [
    images("label_images_v1"),
    urls,
    rows("sublabels/label", "label_sublabels_v1", "sublabel_no", [
      id("@id", "sublabel_id"),
      text(".", "sublabel_name"),
    ]),
  ],
};

const artistRef = [id("id", "artist_id"), text("name"), text("anv"), text("join", "join_text")];

const master: RecordShape = {
  entity: "master",
  dataset: "masters_v1_typed",
  id: number("@id", "master_id"),
  leaves: [
    id("main_release", "main_release_id"),
    text("notes"),
    number("year"),
    text("title"),
    text("data_quality"),
  ],
  lists: [
    images("master_images_v1"),
    structs("artists/artist", "artist_refs", artistRef),
    genres,
    styles,
    videos("master_videos_v1"),
  ],
};

/** The artists and the credits of a release (track_no is NULL) or of a track. */
function credits(track_no: Tie): ListShape[] {
  const leaves = [...artistRef, text("role"), text("tracks")];
  const list = (path: string, is_extra: boolean) =>
    rows(path, "release_credits_v1", "credit_no", leaves, { ties: { track_no, is_extra } });
  return [list("artists/artist", false), list("extraartists/artist", true)];
}

function tracks(path: string, parent_track_no: Tie, inner: readonly ListShape[]): ListShape {
  return rows(path, "release_tracks_v1", "track_no", [text("position"), text("title"), text("duration")], {
    counts: "record",
    ties: { parent_track_no },
    lists: [...credits({ outer: "track_no" }), ...inner],
  });
}

const release: RecordShape = {
  entity: "release",
  dataset: "releases_v6",
  id: number("@id", "release_id"),
  leaves: [
    text("@status"),
    text("title"),
    text("country"),
    text("released"),
    text("notes"),
    text("data_quality"),
    id("master_id"),
    boolean("master_id/@is_main_release", "is_main_release"),
  ],
  lists: [
    images("release_images_v1"),
    ...credits(null),
    structs("labels/label", "label_refs", [id("@id", "label_id"), text("@name"), text("@catno")]),
    rows("series/series", "release_series_v1", "series_no", [
      id("@id", "series_id"),
      text("@name"),
      text("@catno"),
    ]),
    rows(
      "formats/format",
      "release_formats_v1",
      "format_no",
      [text("@name"), text("@qty"), text("@text", "format_text")],
      { lists: [texts("descriptions/description", "description_list")] },
    ),
    genres,
    styles,
    tracks("tracklist/track", null, [tracks("sub_tracks/track", { outer: "track_no" }, [])]),
    rows("identifiers/identifier", "release_identifiers_v1", "identifier_no", [
      text("@type"),
      text("@description"),
      { paths: ["@value", "."], reading: "text", column: "value" },
    ]),
    videos("release_videos_v1"),
    rows("companies/company", "release_companies_v1", "company_no", [
      id("id", "company_id"),
      text("name"),
      text("catno"),
      number("entity_type"),
      text("entity_type_name"),
      text("resource_url"),
    ]),
  ],
};

/** The shape of each entity's records. */
export const recordShapes: Readonly<Record<Entity, RecordShape>> = { artist, label, master, release };
