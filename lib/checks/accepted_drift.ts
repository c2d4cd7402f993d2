import { ExpectedError } from "../cli/errors.ts";
import { allTables } from "../datasets/index.ts";
import { datasetName } from "../lake/done.ts";
import type { CheckResult } from "./check.ts";

/** Which failed checks of the drift gate are accepted: all, none (an empty list), or the named ones. */
export type AcceptedDrift = "all" | readonly string[];

/**
 * Parses `true`, `false`, or a comma-separated list of names: a check (`releases_v6.rows`,
 * `releases_v6.country.distinct`), or a column (`releases_v6.status`), which accepts every check of that column.
 * Anything else is an ExpectedError.
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
      `accept_drift must be true, false or names like releases_v6.status: "${name}" is none of them`,
    );
  }
  if (known.includes(dataset)) return name;
  throw new ExpectedError(
    `accept_drift names "${name}", but ${dataset} is not a dataset; the datasets are ${known.join(", ")}`,
  );
}

/** Whether a failed check of this name is accepted. Accepting a column accepts its checks and nothing else. */
export function isAccepted(accepted: AcceptedDrift, check: string): boolean {
  if (accepted === "all") return true;
  return accepted.some((name) => check === name || check.startsWith(`${name}.`));
}

/**
 * Rejects names that match neither a check that ran nor a declared column, so that a typo is not taken for an
 * acceptance.
 * @throws ExpectedError that lists the names available for the dataset
 */
export function requireKnown(accepted: AcceptedDrift, checks: readonly CheckResult[]): void {
  if (accepted === "all") return;
  for (const name of accepted) {
    if (isColumn(name) || checks.some((check) => isAccepted([name], check.name))) continue;
    const [dataset = ""] = name.split(".");
    const others = checks.map((check) => check.name).filter((each) => each.startsWith(`${dataset}.`));
    const made = others.length === 0 ? "" : `; the checks of ${dataset} are ${others.join(", ")}`;
    throw new ExpectedError(`accept_drift names "${name}", which is neither a column nor a check${made}`);
  }
}

function isColumn(name: string): boolean {
  const [dataset, column, aspect] = name.split(".");
  const table = allTables.find(({ directory }) => datasetName(directory) === dataset);
  const isThere = table?.columns.some((each) => each.name === column) === true || column === "rows";
  return isThere && (aspect === undefined || ASPECTS.includes(aspect));
}

/** The checks of a column besides its fill rate. */
const ASPECTS = ["distinct", "length", "garbled", "orphans"];
