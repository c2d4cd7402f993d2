import { ExpectedError } from "../cli/errors.ts";
import { didYouMean, nearest } from "../cli/nearest.ts";
import { allTables } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { datasetName } from "../lake/done.ts";
import { driftNames } from "./drift_names.ts";

/** Which failed checks of the drift gate are accepted: all, none (an empty list), or the named ones. */
export type AcceptedDrift = "all" | readonly string[];

/** The accepted values, as messages describe them. */
export const ACCEPTED_DRIFT_FORM = "true, false, or names like releases_v6.status, separated by commas";

/**
 * Parses `true`, `false`, or a comma-separated list of names: a check (`releases_v6.rows`,
 * `releases_v6.country.distinct`), or a column (`releases_v6.status`), which accepts every check of that column.
 * Anything else is an ExpectedError, so that a typo is not taken for an acceptance.
 */
export function parseAcceptedDrift(text: string): AcceptedDrift {
  const problem = acceptedDriftProblem(text);
  if (problem !== undefined) {
    throw new ExpectedError(`accept_drift must be ${ACCEPTED_DRIFT_FORM}: ${problem}`);
  }
  if (text === "true") return "all";
  return text === "false" ? [] : namesIn(text);
}

/** Names the first part of a text that can't be accepted, and the closest valid name; undefined for a valid text. */
export function acceptedDriftProblem(text: string): string | undefined {
  if (text === "true" || text === "false") return undefined;
  return namesIn(text)
    .map(nameProblem)
    .find((problem) => problem !== undefined);
}

const namesIn = (text: string) => text.split(",").map((part) => part.trim());

function nameProblem(name: string): string | undefined {
  if (!/^\w+(\.\w+)+$/.test(name)) {
    return `${JSON.stringify(name)} is none of them${didYouMean(name, ["true", "false"])}`;
  }
  const [dataset = "", ...rest] = name.split(".");
  const table = allTables.find(({ directory }) => datasetName(directory) === dataset);
  if (table === undefined) {
    const datasets = allTables.map(({ directory }) => datasetName(directory));
    const near = nearest(dataset, datasets);
    const others = `; the datasets are ${datasets.join(", ")}`;
    return `there is no dataset ${dataset}${near === undefined ? others : meant(near, rest.join("."))}`;
  }
  return checkProblem(table, rest.join("."));
}

function checkProblem(table: TableDeclaration, name: string): string | undefined {
  const dataset = datasetName(table.directory);
  const { columns, ofColumns, ofDataset } = driftNames(table);
  const known = [...columns, ...ofDataset, ...ofColumns];
  if (known.some((each) => isAccepted([name], each))) return undefined;
  const problem = `${dataset} has no column or check ${name}`;
  const column = columns.find((each) => name.startsWith(`${each}.`));
  // What is wrong is the check, not the column before it: the column's name would make any of its checks look close.
  if (column !== undefined) {
    const checks = ofColumns.filter((each) => each.startsWith(`${column}.`));
    const suffixes = checks.map((each) => each.slice(column.length + 1));
    const near = nearest(name.slice(column.length + 1), suffixes);
    return `${problem}${meant(dataset, near === undefined ? column : `${column}.${near}`)}`;
  }
  const near = nearest(name, known);
  return `${problem}${near === undefined ? `; its columns are ${columns.join(", ")}` : meant(dataset, near)}`;
}

const meant = (dataset: string, name: string) => `, did you mean ${dataset}.${name}?`;

/** Whether a failed check of this name is accepted. Accepting a column accepts its checks and nothing else. */
export function isAccepted(accepted: AcceptedDrift, check: string): boolean {
  if (accepted === "all") return true;
  return accepted.some((name) => check === name || check.startsWith(`${name}.`));
}
