import { datasetName } from "../datasets/dataset_name.ts";
import { allTables } from "../datasets/index.ts";
import { byShortName } from "../datasets/short_name.ts";

/** The tables of datasets by the names of their directories, which may be different. */
export const tablesByDirectory: ReadonlyMap<string, string> = new Map(
  allTables.map((each) => [datasetName(each.directory), each.table]),
);

/** The tables of datasets by all names that they have: in `discogs.duckdb`, of their directories, and their own. */
export const datasetTables: ReadonlyMap<string, string> = new Map([
  ...byShortName(allTables).map(({ name, dataset }) => [name, dataset.table] as const),
  ...tablesByDirectory,
  ...allTables.map(({ table }) => [table, table] as const),
]);
