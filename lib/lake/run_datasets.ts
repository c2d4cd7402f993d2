import type { z } from "zod";
import { ExpectedError } from "../cli/errors.ts";
import { nearest } from "../cli/nearest.ts";
import type { OptionSpec } from "../cli/options.ts";
import { chooseDatasets, makeable, namesIn, runChoices } from "../datasets/choose.ts";
import type { ExtractedDataset } from "../datasets/declaration.ts";
import { allTables, extractedDatasets, warehouseDatasets } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { runFile } from "./building.ts";
import { datasetName } from "./done.ts";

/** What a choice of the datasets of a run must be, as messages have it. */
export const RUN_DATASETS_FORM = "all, historical, or names of datasets joined with commas";

/** The option of a script that takes such a choice. */
export const runDatasetsOption = {
  type: "string",
  value: "all|historical|LIST",
  summary: "the run's datasets: all, the historical ones, or these and those named with what they refer to",
} as const satisfies OptionSpec;

const words = Object.keys(runChoices.words);
const candidates: readonly TableDeclaration[] = [...extractedDatasets, ...warehouseDatasets];
const names = candidates.map(({ directory }) => datasetName(directory));

/** Those parts of a choice that are neither a dataset nor, as the whole choice, a word for some. */
export function unknownNames(choice: string): string[] {
  const chosen = chooseDatasets(choice, candidates, runChoices);
  return "unknown" in chosen ? chosen.unknown : [];
}

/** The choice that was probably meant by one with unknown names; undefined where one of them is like none. */
export function likelyChoice(choice: string): string | undefined {
  const unknown = unknownNames(choice);
  const parts = namesIn(choice);
  const known = parts.length === 1 ? [...words, ...names] : names;
  const likely = parts.map((part) => (unknown.includes(part) ? nearest(part, known) : part));
  return likely.includes(undefined) ? undefined : likely.join(",");
}

/**
 * The datasets that a run of this choice has, in the order in which a run lists them: the chosen ones, and of the
 * warehouse what can be made of them.
 * @throws ExpectedError that names what is no dataset, and the nearest one
 */
export function chosenDatasets(choice: string): TableDeclaration[] {
  const chosen = chooseDatasets(choice, candidates, runChoices);
  if ("datasets" in chosen) {
    const extracted = chosen.datasets.filter(({ kind }) => kind !== "warehouse");
    return makeable([...extracted, ...warehouseDatasets]);
  }
  const likely = likelyChoice(choice);
  const meant = likely === undefined ? `; the datasets are ${names.join(", ")}` : `, did you mean ${likely}?`;
  const unknown = chosen.unknown.map((name) => `"${name}"`).join(" and ");
  throw new ExpectedError(
    `datasets is "${choice}", but must be ${RUN_DATASETS_FORM}: not ${unknown}${meant}`,
  );
}

/** What of a run's run.json says which datasets it is to have. */
export const begunWith = runFile
  .pick({ run_id: true, datasets: true })
  .extend({ parameters: runFile.shape.parameters.default({}) });
export type BegunWith = z.infer<typeof begunWith>;

/** How a run was begun; one that was begun before there was a choice has the historical datasets. */
function choiceOf({ parameters }: BegunWith): string {
  return typeof parameters.datasets === "string" ? parameters.datasets : "historical";
}

/** The choice that a run was begun with, as it is given to a workflow: `datasets=historical`. */
export function choiceText(run: BegunWith): string {
  return `datasets=${choiceOf(run)}`;
}

/**
 * The datasets that a run which is being built is to have, as it was begun; the optional ones are not among them.
 * @throws ExpectedError when one of them is not declared any more
 */
export function datasetsOfRun(run: BegunWith): TableDeclaration[] {
  const named = run.datasets;
  if (named === undefined) return allTables.filter(({ required }) => required);
  const unknown = named.filter((name) => !names.includes(name));
  if (unknown.length === 0)
    return candidates.filter(({ directory }) => named.includes(datasetName(directory)));
  throw new ExpectedError(
    `run ${run.run_id} was begun by another version of the code, which had ${unknown.join(", ")}: discard it with ` +
      `scripts/discard_run.ts ${run.run_id}`,
  );
}

/** Those of them that are extracted from dumps. */
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
    `run ${run.run_id} was begun with ${choiceText(run)}, ${differs}: finish it so, or remove it with ` +
      `scripts/discard_run.ts ${run.run_id}`,
  );
}
