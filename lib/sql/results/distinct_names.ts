import { ExpectedError } from "../../cli/errors.ts";
import type { ResultColumn } from "../engine.ts";

/** ExpectedError when two columns have the same name, because formats keyed by name would lose one. */
export function requireDistinctNames(columns: readonly ResultColumn[]): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new ExpectedError(`duplicate column name ${twice}: rename one of them with AS`);
}
