import type { Reading } from "./shape.ts";

// The normal form of a record is the list of its entries: one per non-empty value, and one per element that has its own row.
// `tracklist/track[2]/sub_tracks/track[1]/title` is the path of one.

/** A value of a record and its place. */
export interface Entry {
  path: string;
  value: string;
}

/** Value of an entry for the existence of an element. */
export const ELEMENT = "(element)";

/** Joins paths; "" is the record. */
export function below(outer: string, path: string): string {
  if (path === ".") return `${outer}/text()`;
  return outer === "" ? path : `${outer}/${path}`;
}

/** A value in the normal form, in which id 0 is none; undefined if there is none. */
export function normalValue(reading: Reading, value: string): string | undefined {
  const isNone = value === "" || (reading === "id" && value === "0");
  return isNone ? undefined : value;
}
