import { closest, distance } from "fastest-levenshtein";

/**
 * The name that was probably meant: at most a third of its letters differ, and not all, or only their order does. `-` and
 * `_` count as equal.
 */
export function nearest(given: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const [word, plain] = [plainText(given), names.map(plainText)];
  const near = plain.find((name) => sorted(name) === sorted(word)) ?? closest(word, plain);
  const changes = distance(word, near);
  const isLike = changes <= Math.ceil(near.length / 3) && changes < Math.max(near.length, word.length);
  const isNear = isLike || sorted(near) === sorted(word);
  return isNear ? names[plain.indexOf(near)] : undefined;
}

/** `, did you mean X?`, or nothing where no name is near. Begins with another sign after a list. */
export function didYouMean(given: string, names: readonly string[], sign: "," | ";" = ","): string {
  const near = nearest(given, names);
  return near === undefined ? "" : `${sign} did you mean ${near}?`;
}

/** `, did you mean X?` with the name nearest to each, or `; choose from X, Y` with all names where one is near none. */
export function meantOrAll(given: readonly string[], names: readonly string[]): string {
  const near = given.map((each) => nearest(each, names));
  return near.includes(undefined)
    ? `; choose from ${names.join(", ")}`
    : `, did you mean ${near.join(" and ")}?`;
}

const plainText = (text: string) => text.toLowerCase().replaceAll("-", "_");
const sorted = (text: string) => [...text].sort().join("");
