import { at, type Element, textAt, within } from "./read_dump.ts";
import type { Dumps } from "./recount.ts";

/** Counts, from the XML alone, the elements for which each detail dataset must have a row. */
export function recountDetails({ artists, labels, masters, releases }: Dumps): Record<string, number> {
  const named = labels.filter((label) => textAt(label, "name") !== undefined);
  const elements = (records: readonly Element[], ...paths: string[]) =>
    records.flatMap((record) => paths.flatMap((path) => at(record, path))).length;
  const anywhere = (name: string) =>
    releases.flatMap((release) => [...within(release)].filter((element) => element.name === name)).length;
  return {
    release_tracks_v1: anywhere("track"),
    release_credits_v1: anywhere("artist"),
    release_formats_v1: anywhere("format"),
    release_identifiers_v1: anywhere("identifier"),
    release_companies_v1: anywhere("company"),
    release_series_v1: elements(releases, "series/series"),
    release_videos_v1: elements(releases, "videos/video"),
    master_videos_v1: elements(masters, "videos/video"),
    release_images_v1: elements(releases, "images/image"),
    master_images_v1: elements(masters, "images/image"),
    artist_images_v1: elements(artists, "images/image"),
    label_images_v1: elements(named, "images/image"),
    artist_names_v1: elements(artists, "name", "realname", "namevariations/name"),
    artist_relations_v1: elements(artists, "aliases/name", "members/name", "groups/name"),
    label_sublabels_v1: elements(named, "sublabels/label"),
  };
}

/** Every element and attribute path of the records: `release/tracklist/track`, `release@id`. */
export function pathsOf(records: readonly Element[]): Set<string> {
  const paths = new Set<string>();
  const walk = (element: Element, above: string) => {
    const path = above === "" ? element.name : `${above}/${element.name}`;
    paths.add(path);
    for (const name of Object.keys(element.attributes)) paths.add(`${path}@${name}`);
    for (const child of element.children) walk(child, path);
  };
  for (const record of records) walk(record, "");
  return paths;
}
