import type { Entity } from "./declaration.ts";

/** An element known to occur in the dumps, whether or not a dataset reads it. */
export interface KnownElement {
  attributes: readonly string[];
  children: Readonly<Record<string, KnownElement>>;
  /** `empty`: known only without any content. */
  content: "text" | "elements" | "empty";
  /** Whether a parent can contain several. */
  repeats: boolean;
}

/** An element with text. */
const text = (...attributes: string[]): KnownElement => ({
  attributes,
  children: {},
  content: "text",
  repeats: false,
});

/** An element that is always empty in the dumps. */
const empty: KnownElement = { attributes: [], children: {}, content: "empty", repeats: false };

/** An element with child elements, or with attributes only. */
const element = (children: Record<string, KnownElement>, ...attributes: string[]): KnownElement => ({
  attributes,
  children,
  content: "elements",
  repeats: false,
});

const repeated = (item: KnownElement): KnownElement => ({ ...item, repeats: true });

/** An element that holds any number of one other element. */
const listOf = (name: string, item: KnownElement): KnownElement => element({ [name]: repeated(item) });

const images = listOf("image", element({}, "type", "width", "height", "uri", "uri150"));
const videos = listOf("video", element({ title: text(), description: text() }, "src", "duration", "embed"));
const urls = listOf("url", text());
const genres = listOf("genre", text());
const styles = listOf("style", text());

const name = { id: text(), name: text(), anv: text() };
const artists = listOf("artist", element({ ...name, join: text(), role: empty, tracks: empty }));
const extraartists = listOf("artist", element({ ...name, join: empty, role: text(), tracks: text() }));

/** A sub-track; a track can also contain sub-tracks. */
const track = { position: text(), title: text(), duration: text(), artists, extraartists };

/**
 * Every element and attribute known to occur below the top-level records, in dumps of any year. Anything else
 * is counted by its path when a dump is read. Everything a dataset reads must be listed here.
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
