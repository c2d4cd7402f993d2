import { ExpectedError } from "../cli/errors.ts";

const IDENTIFIER = /^[a-z][a-z0-9_]{0,127}$/;

/** Whether a name is one that {@link requireIdentifier} takes. */
export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name);
}

/**
 * The name itself when it is a plain lower-case identifier, which both engines treat alike and no quoting can go
 * wrong with; ExpectedError otherwise. `what` says in the message what the name is for, e.g. `schema`.
 */
export function requireIdentifier(what: string, name: string): string {
  if (isIdentifier(name)) return name;
  throw new ExpectedError(
    `${JSON.stringify(name)} is not a ${what} name: lower-case letters, digits and _ are allowed, a letter first`,
  );
}

/** A location relative to the lake, checked: no empty or `..` segments, no leading `/`. */
export function requireLocation(location: string): string {
  const segments = location.split("/");
  if (segments.some((segment) => segment === "" || segment === ".." || /[\0*?[\]]/.test(segment))) {
    throw new ExpectedError(`${JSON.stringify(location)} is not a location relative to the lake`);
  }
  return location;
}
