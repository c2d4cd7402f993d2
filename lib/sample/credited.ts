import { note, type Oddity, type Tally } from "./tally.ts";
import type { Credited } from "./works.ts";
import type { World } from "./world.ts";
import { element, optional } from "./xml.ts";

const ABSENT_NOTES: Record<number, Oddity> = {
  194: "artist_194",
  355: "artist_355",
  118760: "artist_118760",
};

/**
 * An `<artist>` in a master, release or track. Old dumps write every child, even if empty, and id 0 if there
 * is none.
 */
function artistXml({ shape }: World, tally: Tally, artist: Credited): string {
  const absent = artist.id === undefined ? undefined : ABSENT_NOTES[artist.id];
  if (absent !== undefined) note(tally, absent);
  const child = shape.empty ? element : optional;
  const id = artist.id ?? (shape.empty ? 0 : undefined);
  return [
    id === undefined ? "<artist>" : `<artist><id>${id}</id>`,
    element("name", artist.name),
    child("anv", artist.anv ?? ""),
    child("join", artist.join ?? ""),
    child("role", artist.role ?? ""),
    child("tracks", artist.tracks ?? ""),
    "</artist>",
  ].join("");
}

/** Artists within a list element; empty if there are none. */
export function artistList(world: World, tally: Tally, list: string, artists: readonly Credited[]): string {
  if (artists.length === 0) return "";
  return `<${list}>${artists.map((artist) => artistXml(world, tally, artist)).join("")}</${list}>`;
}

/** Like `artistList`, for a release, track or sub-track, where each artist is a credit. */
export function creditList(
  world: World,
  tally: Tally,
  list: "artists" | "extraartists",
  artists: readonly Credited[],
): string {
  for (const { role = "" } of artists) {
    const [opened, closed] = [role.split("[").length, role.split("]").length];
    note(tally, "role_with_detail", opened > 1);
    note(tally, "role_never_closed", opened > closed);
    note(tally, "role_of_several", role.includes(", "));
  }
  return artistList(world, tally, list, artists);
}
