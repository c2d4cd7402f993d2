import { parseRunId } from "../files/run_id.ts";
import { requiredDirectories } from "./building.ts";
import { datasetName } from "./done.ts";
import { type Manifest, manifestSha256 } from "./manifest.ts";

/** A sha256 of a run's manifest that was recorded outside the run, and where. */
export interface RecordedManifest {
  sha256: string;
  where: string;
}

/**
 * Problems of run `runId`'s manifest itself, one line each: it belongs to another run, contradicts itself, lacks a
 * dataset that every sealed run has, or is not the file that was `recorded`.
 */
export async function manifestProblems(
  dir: string,
  runId: string,
  manifest: Manifest,
  recorded: readonly RecordedManifest[],
): Promise<string[]> {
  const problems: string[] = [];
  if (manifest.run_id !== runId) problems.push(`is of run ${manifest.run_id}`);
  if (manifest.dump_month !== parseRunId(runId)?.dumpMonth) {
    problems.push(`has dump month ${manifest.dump_month}`);
  }
  for (const directory of requiredDirectories) {
    if (manifest.datasets[datasetName(directory)] === undefined) problems.push(`lacks ${directory}`);
  }
  for (const [name, dataset] of Object.entries(manifest.datasets)) {
    problems.push(...datasetProblems(name, dataset).map((problem) => `${name}: ${problem}`));
  }
  const sha256 = await manifestSha256(dir);
  for (const { sha256: then, where } of recorded) {
    if (then !== sha256) problems.push(`sha256 ${sha256}, recorded ${then} (${where})`);
  }
  return problems.map((problem) => `manifest.json: ${problem}`);
}

/** Directories of datasets in a run, including those of other versions. */
const PLACE = /^(warehouse_discogs\/)?[a-z]\w*$/;

function datasetProblems(name: string, dataset: Manifest["datasets"][string]): string[] {
  const { directory, files, parts, bytes, rows } = dataset;
  const sum = (value: (file: (typeof files)[number]) => number) =>
    files.reduce((all, file) => all + value(file), 0);
  return [
    ...(PLACE.test(directory) && datasetName(directory) === name
      ? []
      : [`is in ${directory}, where no dataset belongs`]),
    ...(parts === files.length ? [] : [`${parts} parts, but ${files.length} files`]),
    ...(bytes === sum((file) => file.bytes)
      ? []
      : [`${bytes} bytes, but ${sum((file) => file.bytes)} in files`]),
    ...(rows === sum((file) => file.rows) ? [] : [`${rows} rows, but ${sum((file) => file.rows)} in files`]),
  ];
}
