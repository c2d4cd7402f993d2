import { dumpAnomalies } from "../datasets/accounted.ts";
import { reasonsOf } from "../datasets/declaration.ts";
import { extractedDatasets, warehouseDatasets } from "../datasets/index.ts";
import { type Column, referenceName, type TableDeclaration } from "../datasets/types.ts";
import { droppedReasons } from "../warehouse/warehouse_sql.ts";

/** The checks of a dataset as a whole: the number of its rows, and whether its columns can be read. */
const OF_DATASET = ["rows", "columns"];

/** The names of a dataset's checks in the drift gate, without the dataset's. */
export interface DriftNames {
  /** The fill rate of each column. Accepting a column accepts all of its checks. */
  columns: string[];
  /** Further checks of columns and references, e.g. `title.length`. */
  ofColumns: string[];
  /** The checks of the dataset as a whole, and the reasons of dropped, skipped and otherwise counted rows. */
  ofDataset: string[];
}

/** The names that the drift gate may give to the checks of a dataset. */
export function driftNames(dataset: TableDeclaration): DriftNames {
  const columns = dataset.columns.map(({ name }) => name);
  const references = (dataset.references ?? []).map((each) => `${referenceName(each)}.orphans`);
  const ofColumns = [...dataset.columns.flatMap(likenessOf), ...references];
  return { columns, ofColumns, ofDataset: [...OF_DATASET, ...reasons(dataset)] };
}

/** The checks of a column's values, according to its type. */
function likenessOf({ name, type }: Column): string[] {
  if (typeof type === "object") return [];
  return (type === "VARCHAR" ? ["distinct", "length", "garbled"] : ["distinct"]).map(
    (each) => `${name}.${each}`,
  );
}

function reasons(dataset: TableDeclaration): string[] {
  const extracted = extractedDatasets.find((each) => each === dataset);
  const built = warehouseDatasets.find((each) => each === dataset);
  return [
    ...(extracted === undefined ? [] : [...reasonsOf(extracted), ...dumpAnomalies]),
    ...(built === undefined ? [] : droppedReasons(built)),
  ];
}
