import { ExpectedError } from "../cli/errors.ts";
import { meantOrAll } from "../cli/nearest.ts";
import { type Choices, chooseDatasets, namesIn } from "../datasets/choose.ts";
import { datasetName } from "../datasets/dataset_name.ts";
import type { TableDeclaration } from "../datasets/types.ts";

/**
 * The datasets of a choice that was given as `name`, like `--datasets`.
 * @throws ExpectedError with the accepted values and the problem of a choice that is none of them
 */
export function checkedChoice<D extends TableDeclaration>(
  name: string,
  choice: string,
  candidates: readonly D[],
  choices: Choices,
): D[] {
  const chosen = chooseDatasets(choice, candidates, choices);
  if ("datasets" in chosen) return chosen.datasets;
  throw new ExpectedError(`${name} must be ${choices.form}: ${choiceProblem(choice, candidates, choices)}`);
}

/** The wrong parts of a choice of datasets with the closest valid ones, or all of these; undefined for a valid choice. */
export function choiceProblem(
  choice: string,
  candidates: readonly TableDeclaration[],
  choices: Choices,
): string | undefined {
  const chosen = chooseDatasets(choice, candidates, choices);
  if ("datasets" in chosen) return undefined;
  const unknown = [...new Set(chosen.unknown)];
  if (unknown.includes("")) return "a name in it is empty";
  const words = Object.keys(choices.words);
  const word = unknown.find((name) => words.includes(name));
  if (word !== undefined) return `"${word}" stands alone, without names of datasets`;
  const names = candidates.map(({ directory }) => datasetName(directory));
  const known = namesIn(choice).length === 1 ? [...words, ...names] : names;
  return `not ${unknown.map((name) => `"${name}"`).join(" or ")}${meantOrAll(unknown, known)}`;
}
