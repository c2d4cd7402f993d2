import { ExpectedError } from "../../cli/errors.ts";
import type { ResultColumn } from "../engine.ts";

/** ExpectedError when two columns have the same name, so that a format which goes by names would lose one. */
export function requireDistinctNames(columns: readonly ResultColumn[]): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new ExpectedError(`two columns are called ${twice}: give one of them another name with AS`);
}
