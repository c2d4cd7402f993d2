import type { z } from "zod";
import { ExpectedError } from "../cli/errors.ts";
import type { OptionSpec } from "../cli/options.ts";
import { makeable, runChoices } from "../datasets/choose.ts";
import type { ExtractedDataset } from "../datasets/declaration.ts";
import { allTables, extractedDatasets, warehouseDatasets } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { runFile } from "./building.ts";
import { checkedChoice, choiceProblem } from "./checked_choice.ts";
import { datasetName } from "./done.ts";

/** The option of scripts that accept such a choice. */
export const runDatasetsOption = {
  type: "string",
  value: "all|historical|LIST",
  notEmpty: true,
  summary:
    "datasets of the run: all, historical, or the historical ones plus those named, with what they refer to",
} as const satisfies OptionSpec;

const candidates: readonly TableDeclaration[] = [...extractedDatasets, ...warehouseDatasets];
const names = candidates.map(({ directory }) => datasetName(directory));

/** What is wrong with a choice of a run's datasets; undefined for a valid one. */
export function runDatasetsProblem(choice: string): string | undefined {
  return choiceProblem(choice, candidates, runChoices);
}

/**
 * The datasets of a run with this choice, in the order in which runs list them: the chosen ones, and the warehouse
 * datasets that can be made from them.
 * @throws ExpectedError that names each unknown dataset and the closest known one
 */
export function chosenDatasets(choice: string): TableDeclaration[] {
  const chosen = checkedChoice("datasets", choice, candidates, runChoices);
  const extracted = chosen.filter(({ kind }) => kind !== "warehouse");
  return makeable([...extracted, ...warehouseDatasets]);
}

/** The fields of a run's run.json that determine its datasets. */
export const begunWith = runFile
  .pick({ run_id: true, datasets: true })
  .extend({ parameters: runFile.shape.parameters.default({}) });

/** The fields of a run.json that determine which datasets the run will have. */
export type BegunWith = z.infer<typeof begunWith>;

/** How a run was begun; one begun before choices existed has the historical datasets. */
function choiceOf({ parameters }: BegunWith): string {
  return typeof parameters.datasets === "string" ? parameters.datasets : "historical";
}

/** The choice that a run was begun with, in the form of a workflow parameter: `datasets=historical`. */
export function choiceText(run: BegunWith): string {
  return `datasets=${choiceOf(run)}`;
}

/**
 * The datasets of a building run according to its run.json, without the optional ones.
 * @throws ExpectedError when one of them is no longer declared
 */
export function datasetsOfRun(run: BegunWith): TableDeclaration[] {
  const named = run.datasets;
  if (named === undefined) return allTables.filter(({ required }) => required);
  const unknown = named.filter((name) => !names.includes(name));
  if (unknown.length === 0)
    return candidates.filter(({ directory }) => named.includes(datasetName(directory)));
  throw new ExpectedError(
    `run ${run.run_id} was begun by another version of the code, with ${unknown.join(", ")}: discard it with ` +
      `bin/lake discard_run ${run.run_id}`,
  );
}

/** The datasets that are extracted from dumps. */
export function extractedOfRun(run: BegunWith): ExtractedDataset[] {
  const all = new Set<TableDeclaration>(datasetsOfRun(run));
  return extractedDatasets.filter((dataset) => all.has(dataset));
}

/** ExpectedError when the run was begun with a choice that means other datasets than this one. */
export function requireSameChoice(run: BegunWith, choice: string): void {
  const wanted = chosenDatasets(choice).map(({ directory }) => datasetName(directory));
  const begun = datasetsOfRun(run).map(({ directory }) => datasetName(directory));
  const lacking = wanted.filter((name) => !begun.includes(name));
  const surplus = begun.filter((name) => !wanted.includes(name));
  if (lacking.length + surplus.length === 0) return;
  const differs = choiceOf(run) === choice ? "when that meant other datasets" : `not ${choice}`;
  throw new ExpectedError(
    `run ${run.run_id} was begun with ${choiceText(run)}, ${differs}: finish it that way, or remove it with ` +
      `bin/lake discard_run ${run.run_id}`,
  );
}
