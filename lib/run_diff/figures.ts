import { ExpectedError } from "../cli/errors.ts";
import { datasetName } from "../datasets/dataset_name.ts";
import { allTables } from "../datasets/index.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import type { KnownRun } from "../lake/known_runs.ts";
import { type Manifest, readManifest } from "../lake/manifest.ts";
import { parquetRows } from "./parquet_rows.ts";

/**
 * A figure of a run, or why there is none:
 * - `not made`: the run does not have the dataset
 * - `not recorded`: it has the dataset, but the figure was not recorded, as in runs of older versions
 * - `not computed`: the history has no value for the KPI
 */
export type Figure = number | Absence;
/** Why a run has no value. */
export type Absence = "not made" | "not recorded" | "not computed";

/** The figures in a run's manifest or files. */
export interface RunFigures {
  /** Names of the run's datasets. */
  has: ReadonlySet<string>;
  /** By dataset. */
  rows: ReadonlyMap<string, number>;
  /** Dropped and skipped rows and other anomalies, by `dataset.reason`. */
  anomalies: ReadonlyMap<string, number>;
  /** Percent of a dataset's rows that are not NULL, by `dataset.column`. */
  filled: ReadonlyMap<string, number>;
}

/** The figures of a run; only rows for a run of the Python original, which has no manifest. */
export async function figuresOf({ dir, kind, runId }: KnownRun): Promise<RunFigures> {
  if (kind === "original") return countedFigures(dir);
  const manifest = await readManifest(dir);
  if (manifest === undefined) throw new ExpectedError(`run ${runId} has no manifest.json in ${dir}`);
  return manifestFigures(manifest);
}

function manifestFigures({ datasets }: Manifest): RunFigures {
  const rows = new Map<string, number>();
  const anomalies = new Map<string, number>();
  const filled = new Map<string, number>();
  for (const [name, dataset] of Object.entries(datasets)) {
    rows.set(name, dataset.rows);
    for (const [reason, count] of Object.entries(dataset.counts)) anomalies.set(`${name}.${reason}`, count);
    for (const [path, count] of Object.entries(dataset.unknown ?? {})) {
      anomalies.set(`${name}.unknown ${path}`, count);
    }
    if (dataset.rows === 0) continue;
    for (const [column, count] of Object.entries(dataset.filled ?? {})) {
      filled.set(`${name}.${column}`, (count / dataset.rows) * 100);
    }
  }
  return { has: new Set(rows.keys()), rows, anomalies, filled };
}

async function countedFigures(dir: string): Promise<RunFigures> {
  const datasets = await datasetsIn(dir);
  const rows = await parquetRows(dir, datasets);
  return { has: new Set(rows.keys()), rows, anomalies: new Map(), filled: new Map() };
}

/** Sorts dataset names in the order of a run; unknown ones, of other versions, come last. */
export function inOrderOfRuns(names: Iterable<string>): string[] {
  const order = new Map(allTables.map(({ directory }, index) => [datasetName(directory), index]));
  const place = (name: string) => order.get(name) ?? order.size;
  return [...new Set(names)].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
