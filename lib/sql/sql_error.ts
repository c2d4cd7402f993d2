import { ExpectedError, oneLine } from "../cli/errors.ts";

const EXCERPT = 120;

/** A statement that an engine refused or could not finish: the engine's own message and the statement's beginning. */
export function sqlError(engine: string, statement: string, cause: unknown): ExpectedError {
  const flat = statement.replace(/\s+/g, " ").trim();
  const excerpt = flat.length > EXCERPT ? `${flat.slice(0, EXCERPT)}...` : flat;
  return new ExpectedError(`${engine}: ${oneLine(cause)} (in: ${excerpt})`, { cause });
}
