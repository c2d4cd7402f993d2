import { closest, distance } from "fastest-levenshtein";

/** The name that was probably meant: at most a third of its letters differ. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const plain = given.toLowerCase().replaceAll("-", "_");
  const near = closest(plain, [...names]);
  return near !== undefined && distance(plain, near) <= Math.ceil(near.length / 3) ? near : undefined;
}
