import { isDeepStrictEqual } from "node:util";
import { codeVersion } from "../code/code_version.ts";
import { collection } from "../datasets/collection.ts";
import { datasetName } from "../datasets/dataset_name.ts";
import { type KnownRun, knownRuns } from "../lake/known_runs.ts";
import { type Manifest, readManifest } from "../lake/manifest.ts";
import { chosenDatasets } from "../lake/run_datasets.ts";

/** The inputs of a run. */
export interface WantedRun {
  /** `YYYY-MM` */
  month: string;
  /** Datasets of the run: `all`, `historical`, or a comma-separated list. */
  datasets: string;
  /** Whether control characters are removed from the dumps. */
  removesControlCharacters: boolean;
  /**
   * Whether the current files have these names and sha256, those of a sealed run; called for runs that match in
   * everything else.
   */
  hasSources(sources: Manifest["sources"]): Promise<boolean>;
}

/**
 * The newest sealed run, archived or not, that the same command would only repeat: same month, datasets and options,
 * same version of the code that makes data, same sources. Undefined when there is none.
 */
export async function sealedAlready(lake: string, wanted: WantedRun): Promise<KnownRun | undefined> {
  for (const run of (await knownRuns(lake)).reverse()) {
    if (run.kind === "original" || !run.runId.startsWith(`${wanted.month}__`)) continue;
    const manifest = await readManifest(run.dir);
    if (manifest === undefined || !isMadeTheSame(manifest, wanted)) continue;
    if (await wanted.hasSources(manifest.sources)) return run;
  }
  return undefined;
}

function isMadeTheSame(manifest: Manifest, { datasets, removesControlCharacters }: WantedRun): boolean {
  const has = Object.keys(manifest.datasets).filter((name) => name !== datasetName(collection.directory));
  const wanted = chosenDatasets(datasets).map(({ directory }) => datasetName(directory));
  return (
    manifest.code_version === codeVersion() &&
    isDeepStrictEqual(has.sort(), wanted.sort()) &&
    (manifest.parameters.remove_control_characters === "true") === removesControlCharacters
  );
}
