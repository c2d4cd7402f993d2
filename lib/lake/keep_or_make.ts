import type { Logger } from "../cli/log.ts";
import { codeVersion, datasetCode } from "../code/code_version.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import {
  type DatasetFile,
  type DoneRecord,
  datasetName,
  keepIfDone,
  readDone,
  type SourceFile,
  writeDone,
} from "./done.ts";

/** A dataset that was made and is in place: its record, without the fields known in advance. */
export type MadeDataset = Readonly<
  Omit<
    DoneRecord,
    "dataset" | "sources" | "code_version" | "dataset_code" | "options" | "files" | "started" | "ended"
  >
> & { sources: readonly SourceFile[]; files: readonly DatasetFile[] };

/** Datasets of a building run that are made together, and how. */
export interface Making<Dataset extends TableDeclaration> {
  datasets: readonly Dataset[];
  optionsOf(dataset: Dataset): DoneRecord["options"];
  /**
   * The sources that a dataset would be made from now. Called only for recorded datasets, because hashing a dump takes
   * long.
   */
  sourcesOf(dataset: Dataset): Promise<readonly SourceFile[]>;
  /** Makes datasets in their directories of the run, and returns their descriptions in the same order. */
  make(datasets: readonly Dataset[]): Promise<readonly MadeDataset[]>;
}

/**
 * Keeps those datasets of a building run that are done, were made from the same sources by the same code with the same
 * options, and verify; makes the others, and records each in `_done/` once it is in place. The caller holds the locks
 * of all of them.
 * @returns the records, in the order of the datasets
 */
export async function keepOrMake<Dataset extends TableDeclaration>(
  runDir: string,
  making: Making<Dataset>,
  log: Logger,
): Promise<DoneRecord[]> {
  const records = new Map<Dataset, DoneRecord>();
  for (const dataset of making.datasets) {
    const kept = await keptRecord(runDir, dataset, making);
    if (kept === undefined) continue;
    log.info(`${kept.dataset}: done and verified, kept`);
    records.set(dataset, kept);
  }
  const missing = making.datasets.filter((dataset) => !records.has(dataset));
  const started = new Date().toISOString();
  const made = missing.length > 0 ? await making.make(missing) : [];
  for (const [index, dataset] of missing.entries()) {
    const record = recordOf(dataset, made[index] as MadeDataset, making.optionsOf(dataset), started);
    await writeDone(runDir, record);
    records.set(dataset, record);
  }
  return making.datasets.map((dataset) => records.get(dataset) as DoneRecord);
}

function recordOf(
  dataset: TableDeclaration,
  made: MadeDataset,
  options: DoneRecord["options"],
  started: string,
): DoneRecord {
  return {
    ...made,
    dataset: datasetName(dataset.directory),
    sources: [...made.sources],
    code_version: codeVersion(),
    dataset_code: datasetCode(dataset),
    options,
    files: [...made.files],
    started,
    ended: new Date().toISOString(),
  };
}

async function keptRecord<Dataset extends TableDeclaration>(
  runDir: string,
  dataset: Dataset,
  { optionsOf, sourcesOf }: Making<Dataset>,
): Promise<DoneRecord | undefined> {
  const isRecorded = (await readDone(runDir, datasetName(dataset.directory))) !== undefined;
  return keepIfDone(runDir, dataset.directory, {
    sources: isRecorded ? await sourcesOf(dataset) : [],
    datasetCode: datasetCode(dataset),
    options: optionsOf(dataset),
  });
}
