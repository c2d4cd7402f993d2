import { ExpectedError } from "../cli/errors.ts";
import { meantOrAll } from "../cli/nearest.ts";
import { makeable, namesIn } from "../datasets/choose.ts";
import { datasetName } from "../datasets/dataset_name.ts";
import { allTables, extractedDatasets, warehouseDatasets } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";

const dumpOf = ({ entity }: (typeof extractedDatasets)[number]) => `${entity}s`;
const dumps = [...new Set(extractedDatasets.map(dumpOf))];
const dumpsAndDatasets = [...dumps, ...allTables.map(({ directory }) => datasetName(directory))];

/**
 * Selects datasets of a run from a list of dataset names and dump names; a dump name (`releases`) selects every dataset
 * extracted from that dump. Optional datasets that this run does not have are skipped, because a workflow names them
 * for any choice of datasets.
 * @throws ExpectedError for a name that is neither a dump nor a declared dataset
 */
export function datasetsNamed(list: string, has: readonly TableDeclaration[]): TableDeclaration[] {
  const names = namesIn(list);
  const unknown = names.find((name) => !dumpsAndDatasets.includes(name));
  if (unknown !== undefined) {
    throw new ExpectedError(
      `--datasets names "${unknown}", which is neither a dump nor a dataset${meantOrAll([unknown], dumpsAndDatasets)}`,
    );
  }
  const fromDumps = extractedFrom(names);
  return has.filter((dataset) => names.includes(datasetName(dataset.directory)) || fromDumps.has(dataset));
}

/**
 * Selects the datasets of a run that are made from the listed dumps and nothing else: those extracted from them, and the
 * warehouse datasets that read only such datasets, directly or by way of others.
 * @throws ExpectedError for a name that is not a dump
 */
export function datasetsMadeFrom(list: string, has: readonly TableDeclaration[]): TableDeclaration[] {
  const names = namesIn(list);
  const unknown = names.find((name) => !dumps.includes(name));
  if (unknown !== undefined) {
    throw new ExpectedError(
      `--made-from names "${unknown}", which is not a dump${meantOrAll([unknown], dumps)}`,
    );
  }
  const made = new Set(makeable([...extractedFrom(names), ...warehouseDatasets]));
  return has.filter((dataset) => made.has(dataset));
}

function extractedFrom(names: readonly string[]): Set<TableDeclaration> {
  return new Set(extractedDatasets.filter((dataset) => names.includes(dumpOf(dataset))));
}
