import type { Reading } from "./shape.ts";

// The normal form of a record is the list of its entries: one for each value that is not empty, and one for each element
// that has a row of its own. `tracklist/track[2]/sub_tracks/track[1]/title` is the path of one.

/** A value of a record, by its place. */
export interface Entry {
  path: string;
  value: string;
}

/** Value of an entry that says that an element is there. */
export const ELEMENT = "(element)";

/** A path below another; "" is the record. */
export function below(outer: string, path: string): string {
  if (path === ".") return `${outer}/text()`;
  return outer === "" ? path : `${outer}/${path}`;
}

/** A value in the normal form, in which the id 0 is none; undefined where there is none. */
export function normalValue(reading: Reading, value: string): string | undefined {
  const isNone = value === "" || (reading === "id" && value === "0");
  return isNone ? undefined : value;
}
