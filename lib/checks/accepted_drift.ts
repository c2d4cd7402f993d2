import { ExpectedError } from "../cli/errors.ts";
import { allTables } from "../datasets/index.ts";
import { datasetName } from "../lake/done.ts";
import type { CheckResult } from "./check.ts";

/** Which checks of the drift gate may be false: all, none (an empty list), or those that are named. */
export type AcceptedDrift = "all" | readonly string[];

/**
 * Reads `true`, `false`, or names with commas: of a check (`releases_v6.rows`, `releases_v6.country.distinct`), or of a
 * column (`releases_v6.status`), for all that is checked of it. ExpectedError for anything else.
 */
export function parseAcceptedDrift(text: string): AcceptedDrift {
  if (text === "true") return "all";
  if (text === "false") return [];
  return text.split(",").map((part) => requireName(part.trim()));
}

function requireName(name: string): string {
  const known = allTables.map(({ directory }) => datasetName(directory));
  const [dataset = ""] = name.split(".");
  if (!/^\w+(\.\w+)+$/.test(name)) {
    throw new ExpectedError(
      `accept_drift is neither true nor false nor names like releases_v6.status: "${name}" is none`,
    );
  }
  if (known.includes(dataset)) return name;
  throw new ExpectedError(
    `accept_drift names "${name}", but ${dataset} is no dataset: they are ${known.join(", ")}`,
  );
}

/** Whether a false check of this name is let pass. Accepting a column accepts its checks, and nothing beyond. */
export function isAccepted(accepted: AcceptedDrift, check: string): boolean {
  if (accepted === "all") return true;
  return accepted.some((name) => check === name || check.startsWith(`${name}.`));
}

/**
 * Refuses names that are neither of a check that was made nor of a declared column, so that a slip does not look as if
 * it were accepted.
 * @throws ExpectedError with the names that there are for the dataset
 */
export function requireKnown(accepted: AcceptedDrift, checks: readonly CheckResult[]): void {
  if (accepted === "all") return;
  for (const name of accepted) {
    if (isColumn(name) || checks.some((check) => isAccepted([name], check.name))) continue;
    const [dataset = ""] = name.split(".");
    const others = checks.map((check) => check.name).filter((each) => each.startsWith(`${dataset}.`));
    const made = others.length === 0 ? "" : `: of ${dataset} there are ${others.join(", ")}`;
    throw new ExpectedError(`accept_drift names "${name}", which is neither a column nor a check${made}`);
  }
}

function isColumn(name: string): boolean {
  const [dataset, column, aspect] = name.split(".");
  const table = allTables.find(({ directory }) => datasetName(directory) === dataset);
  const isThere = table?.columns.some((each) => each.name === column) === true || column === "rows";
  return isThere && (aspect === undefined || ASPECTS.includes(aspect));
}

/** What is checked of a column beyond how often it is filled. */
const ASPECTS = ["distinct", "length", "garbled", "orphans"];
