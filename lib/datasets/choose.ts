import { datasetName } from "./dataset_name.ts";
import type { TableDeclaration } from "./types.ts";

/** What a choice of datasets may be, besides a list of their names: words, each of which stands for some of them. */
export interface Choices {
  words: Readonly<Record<string, (dataset: TableDeclaration) => boolean>>;
  /** Datasets that a list of names has anyway, and so need not be named. */
  always: (dataset: TableDeclaration) => boolean;
}

const isHistorical = ({ required }: TableDeclaration) => required;

/** The choice of the datasets of a run: `all`, `historical`, or the historical ones and those of a list. */
export const runChoices: Choices = {
  words: { all: () => true, historical: isHistorical },
  always: isHistorical,
};

/** The choice of an extractor of detail datasets: `details`, `all` (the historical ones too), or those of a list. */
export const extractorChoices: Choices = {
  words: { details: ({ kind }) => kind === "detail", all: () => true },
  always: () => false,
};

/** The datasets of a choice, or what it names that is none of the candidates. */
export type Chosen<D> = { datasets: D[] } | { unknown: string[] };

/**
 * The datasets that a choice means, in the order of the candidates: those of a word, or those of a list of names with
 * commas, with the detail datasets that they refer to and all that a warehouse dataset among them reads.
 */
export function chooseDatasets<D extends TableDeclaration>(
  choice: string,
  candidates: readonly D[],
  { words, always }: Choices,
): Chosen<D> {
  const isMeant = Object.hasOwn(words, choice) ? words[choice] : undefined;
  if (isMeant !== undefined) return { datasets: candidates.filter(isMeant) };
  const names = namesIn(choice);
  const known = candidates.map(({ directory }) => datasetName(directory));
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) return { unknown };
  const chosen = new Set(
    candidates.filter((each) => always(each) || names.includes(datasetName(each.directory))),
  );
  // A set takes in what is added to it on the way: what is needed may need others.
  for (const dataset of chosen) {
    for (const needed of candidates.filter((each) => isNeeded(each, dataset))) chosen.add(needed);
  }
  return { datasets: candidates.filter((dataset) => chosen.has(dataset)) };
}

/** The names of a list with commas. */
export function namesIn(choice: string): string[] {
  return choice.split(",").map((name) => name.trim());
}

function isNeeded(candidate: TableDeclaration, by: TableDeclaration): boolean {
  const isReferredTo = by.references?.some(({ to }) => to.table === candidate.table) === true;
  return (candidate.kind === "detail" && isReferredTo) || readsOf(by).includes(candidate);
}

/** The datasets that a warehouse dataset is made of; none for the others. */
function readsOf(dataset: TableDeclaration & { reads?: readonly TableDeclaration[] }) {
  return dataset.reads ?? [];
}

/**
 * Those of some datasets that can be made, which are all but the warehouse datasets that read one which is not among
 * them.
 * @param datasets each behind those that it reads
 */
export function makeable<D extends TableDeclaration>(datasets: readonly D[]): D[] {
  const made: D[] = [];
  for (const dataset of datasets) {
    if (readsOf(dataset).every((each) => made.some(({ table }) => table === each.table))) made.push(dataset);
  }
  return made;
}
