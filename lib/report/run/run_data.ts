import { datasetName } from "../../datasets/dataset_name.ts";
import type { TableDeclaration } from "../../datasets/types.ts";
import type { Manifest } from "../../lake/manifest.ts";
import type { CheckReport } from "../data/run_checks.ts";
import type { Sample } from "../data/samples.ts";

/** The data of a run's page. */
export interface RunPageData {
  runId: string;
  /** Undefined for a run of the Python original. */
  manifest: Manifest | undefined;
  /** The run's datasets, in the order of a run. */
  tables: readonly TableDeclaration[];
  samples: ReadonlyMap<string, Sample>;
  reports: readonly CheckReport[];
}

/** The rows of a dataset, from the manifest or else counted. */
export function rowsOf({ manifest, samples }: RunPageData, { directory, table: name }: TableDeclaration) {
  return manifest?.datasets[datasetName(directory)]?.rows ?? samples.get(name)?.count;
}

/** The id of a dataset's part of the page. */
export const anchorOf = ({ table: name }: TableDeclaration) => `table-${name}`;
