import { ExpectedError } from "../cli/errors.ts";

const IDENTIFIER = /^[a-z][a-z0-9_]{0,127}$/;

/** Whether {@link requireIdentifier} accepts a name. */
export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name);
}

/**
 * Returns the name if it is a plain lower-case identifier, which both engines treat alike and needs no quoting; ExpectedError
 * otherwise. `what` describes the name in the message, e.g. `schema`.
 */
export function requireIdentifier(what: string, name: string): string {
  if (isIdentifier(name)) return name;
  throw new ExpectedError(
    `${JSON.stringify(name)} is not a ${what} name: it must consist of lower-case letters, digits and _, starting with a letter`,
  );
}

/** Checks a location relative to the lake: no empty or `..` segments, no leading `/`. */
export function requireLocation(location: string): string {
  const segments = location.split("/");
  if (segments.some((segment) => segment === "" || segment === ".." || /[\0*?[\]]/.test(segment))) {
    throw new ExpectedError(`${JSON.stringify(location)} is not a location relative to the lake`);
  }
  return location;
}
