import { datasetName } from "./dataset_name.ts";
import type { TableDeclaration } from "./types.ts";

/**
 * Accepted values for a selection of datasets, in addition to a list of names: keywords that each stand for a
 * group.
 */
export interface Choices {
  /** All accepted values, as messages describe them. */
  form: string;
  words: Readonly<Record<string, (dataset: TableDeclaration) => boolean>>;
  /** Datasets that every list of names includes implicitly. */
  always: (dataset: TableDeclaration) => boolean;
}

const isHistorical = ({ required }: TableDeclaration) => required;

/** Dataset selection for a run: `all`, `historical`, or the historical datasets plus a list of names. */
export const runChoices: Choices = {
  form: "all, historical, or a comma-separated list of dataset names",
  words: { all: () => true, historical: isHistorical },
  always: isHistorical,
};

/**
 * Dataset selection for a detail extractor: `details`, `all` (including the historical ones), or a list of
 * names.
 */
export const extractorChoices: Choices = {
  form: "details, all (the historical datasets too), or a comma-separated list of this dump's datasets",
  words: { details: ({ kind }) => kind === "detail", all: () => true },
  always: () => false,
};

/** The selected datasets, or the names that match no candidate. */
export type Chosen<D> = { datasets: D[] } | { unknown: string[] };

/**
 * Resolves a selection to datasets, in the order of the candidates: those of a keyword, or those of a
 * comma-separated list plus the detail datasets they refer to and every dataset that a selected warehouse
 * dataset reads.
 */
export function chooseDatasets<D extends TableDeclaration>(
  choice: string,
  candidates: readonly D[],
  { words, always }: Choices,
): Chosen<D> {
  const word = choice.trim();
  const isMeant = Object.hasOwn(words, word) ? words[word] : undefined;
  if (isMeant !== undefined) return { datasets: candidates.filter(isMeant) };
  const names = namesIn(choice);
  const known = candidates.map(({ directory }) => datasetName(directory));
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) return { unknown };
  const chosen = new Set(
    candidates.filter((each) => always(each) || names.includes(datasetName(each.directory))),
  );
  // Iterating a set visits items added during the loop, so transitive needs are included.
  for (const dataset of chosen) {
    for (const needed of candidates.filter((each) => isNeeded(each, dataset))) chosen.add(needed);
  }
  return { datasets: candidates.filter((dataset) => chosen.has(dataset)) };
}

/** Splits a comma-separated list of names. */
export function namesIn(choice: string): string[] {
  return choice.split(",").map((name) => name.trim());
}

function isNeeded(candidate: TableDeclaration, by: TableDeclaration): boolean {
  const isReferredTo = by.references?.some(({ to }) => to.table === candidate.table) === true;
  return (candidate.kind === "detail" && isReferredTo) || readsOf(by).includes(candidate);
}

/** The datasets that a warehouse dataset reads; none for other kinds. */
function readsOf(dataset: TableDeclaration & { reads?: readonly TableDeclaration[] }) {
  return dataset.reads ?? [];
}

/**
 * Filters datasets to those that can be built: all except warehouse datasets with an input that is not among
 * them.
 * @param datasets each listed after the datasets it reads
 */
export function makeable<D extends TableDeclaration>(datasets: readonly D[]): D[] {
  const made: D[] = [];
  for (const dataset of datasets) {
    if (readsOf(dataset).every((each) => made.some(({ table }) => table === each.table))) made.push(dataset);
  }
  return made;
}
