import { datasetName } from "../datasets/dataset_name.ts";
import { type Reference, referenceName, type TableDeclaration } from "../datasets/types.ts";

/** What a check counts. Checks with different names can count the same thing, and do so in different units. */
export interface Counted {
  /** Equal for all checks that count the same thing. */
  what: string;
  unit: "rows" | "values";
}

/** The rows of a dataset. */
export function countedRows(dataset: TableDeclaration): Counted {
  return { what: inDataset(dataset, "rows"), unit: "rows" };
}

/** The rows without a value in a column. */
export function countedNulls(dataset: TableDeclaration, column: string): Counted {
  return { what: inDataset(dataset, `without ${column}`), unit: "rows" };
}

/** The duplicate keys of a dataset. */
export function countedDuplicates(dataset: TableDeclaration): Counted {
  return { what: inDataset(dataset, "duplicate keys"), unit: "values" };
}

/** The orphans of a reference. */
export function countedOrphans(
  dataset: TableDeclaration,
  reference: Reference,
  unit: Counted["unit"],
): Counted {
  return { what: inDataset(dataset, `orphans of ${referenceName(reference)}`), unit };
}

const inDataset = ({ directory }: TableDeclaration, what: string) => `${datasetName(directory)}: ${what}`;
