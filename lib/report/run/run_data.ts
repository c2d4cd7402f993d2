import { datasetName } from "../../datasets/dataset_name.ts";
import type { TableDeclaration } from "../../datasets/types.ts";
import type { Manifest } from "../../lake/manifest.ts";
import type { CheckReport } from "../data/run_checks.ts";
import type { Sample } from "../data/samples.ts";

/** All that the page of a run shows. */
export interface RunPageData {
  runId: string;
  /** Undefined for a run of the Python original. */
  manifest: Manifest | undefined;
  /** The datasets that the run has, in the order in which runs list them. */
  tables: readonly TableDeclaration[];
  samples: ReadonlyMap<string, Sample>;
  reports: readonly CheckReport[];
}

/** The rows of a dataset, by the manifest, else as counted. */
export function rowsOf({ manifest, samples }: RunPageData, { directory, table: name }: TableDeclaration) {
  return manifest?.datasets[datasetName(directory)]?.rows ?? samples.get(name)?.count;
}

/** The id of a dataset's part of the page. */
export const anchorOf = ({ table: name }: TableDeclaration) => `table-${name}`;
