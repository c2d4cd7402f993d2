import type { Entity } from "./declaration.ts";

/** An element that the dumps are known to hold, whether a dataset reads it or not. */
export interface KnownElement {
  attributes: readonly string[];
  children: Readonly<Record<string, KnownElement>>;
  /** `empty`: known only as long as there is nothing in it. */
  content: "text" | "elements" | "empty";
  /** Whether there may be several in one parent. */
  repeats: boolean;
}

/** An element with text. */
const text = (...attributes: string[]): KnownElement => ({
  attributes,
  children: {},
  content: "text",
  repeats: false,
});

/** An element of which the dumps have the tags alone. */
const empty: KnownElement = { attributes: [], children: {}, content: "empty", repeats: false };

/** An element with others in it, or with nothing but attributes. */
const element = (children: Record<string, KnownElement>, ...attributes: string[]): KnownElement => ({
  attributes,
  children,
  content: "elements",
  repeats: false,
});

const repeated = (item: KnownElement): KnownElement => ({ ...item, repeats: true });

/** An element that holds any number of one other. */
const listOf = (name: string, item: KnownElement): KnownElement => element({ [name]: repeated(item) });

const images = listOf("image", element({}, "type", "width", "height", "uri", "uri150"));
const videos = listOf("video", element({ title: text(), description: text() }, "src", "duration", "embed"));
const urls = listOf("url", text());
const genres = listOf("genre", text());
const styles = listOf("style", text());

const name = { id: text(), name: text(), anv: text() };
const artists = listOf("artist", element({ ...name, join: text(), role: empty, tracks: empty }));
const extraartists = listOf("artist", element({ ...name, join: empty, role: text(), tracks: text() }));

/** A sub-track; a track has sub-tracks besides. */
const track = { position: text(), title: text(), duration: text(), artists, extraartists };

/**
 * Every element and attribute that the dumps of all years are known to hold, below the top-level record. What is not
 * here is counted by its path when a dump is read; what a dataset reads must be here.
 */
export const knownElements: Readonly<Record<Entity, KnownElement>> = {
  artist: element({
    images,
    id: text(),
    name: text(),
    realname: text(),
    profile: text(),
    data_quality: text(),
    urls,
    namevariations: listOf("name", text()),
    aliases: listOf("name", text("id")),
    members: element({ id: repeated(text()), name: repeated(text("id")) }),
    groups: listOf("name", text("id")),
  }),
  label: element(
    {
      images,
      id: text(),
      name: text(),
      contactinfo: text(),
      profile: text(),
      data_quality: text(),
      parentLabel: text("id"),
      urls,
      sublabels: listOf("label", text("id")),
    },
    "id",
  ),
  master: element(
    {
      main_release: text(),
      images,
      artists,
      genres,
      styles,
      notes: text(),
      year: text(),
      title: text(),
      data_quality: text(),
      videos,
    },
    "id",
  ),
  release: element(
    {
      images,
      artists,
      title: text(),
      labels: listOf("label", element({}, "name", "catno", "id")),
      series: listOf("series", element({}, "name", "catno", "id")),
      extraartists,
      formats: listOf(
        "format",
        element({ descriptions: listOf("description", text()) }, "name", "qty", "text"),
      ),
      genres,
      styles,
      country: text(),
      released: text(),
      notes: text(),
      data_quality: text(),
      master_id: text("is_main_release"),
      tracklist: listOf("track", element({ ...track, sub_tracks: listOf("track", element(track)) })),
      identifiers: listOf("identifier", text("type", "description", "value")),
      videos,
      companies: listOf(
        "company",
        element({
          id: text(),
          name: text(),
          catno: text(),
          entity_type: text(),
          entity_type_name: text(),
          resource_url: text(),
        }),
      ),
    },
    "id",
    "status",
  ),
};
