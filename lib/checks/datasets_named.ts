import { ExpectedError } from "../cli/errors.ts";
import { nearest } from "../cli/nearest.ts";
import { namesIn } from "../datasets/choose.ts";
import { datasetName } from "../datasets/dataset_name.ts";
import { allTables, extractedDatasets } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";

/**
 * Selects datasets of a run from a list of dataset names and dump names; a dump name (`releases`) selects every dataset
 * extracted from that dump. Optional datasets that this run does not have are skipped, because a workflow names them
 * for any choice of datasets.
 * @throws ExpectedError for a name that is neither a dump nor a declared dataset
 */
export function datasetsNamed(list: string, has: readonly TableDeclaration[]): TableDeclaration[] {
  const names = namesIn(list);
  const dumps = [...new Set(extractedDatasets.map(dumpOf))];
  const known = [...dumps, ...allTables.map(({ directory }) => datasetName(directory))];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, known);
    const instead = meant === undefined ? `; choose from ${known.join(", ")}` : `, did you mean ${meant}?`;
    throw new ExpectedError(`--datasets names "${unknown}", which is neither a dump nor a dataset${instead}`);
  }
  const fromDumps = new Set<TableDeclaration>(
    extractedDatasets.filter((each) => names.includes(dumpOf(each))),
  );
  return has.filter((dataset) => names.includes(datasetName(dataset.directory)) || fromDumps.has(dataset));
}

const dumpOf = ({ entity }: (typeof extractedDatasets)[number]) => `${entity}s`;
