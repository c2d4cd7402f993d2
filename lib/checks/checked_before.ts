import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { ExpectedError } from "../cli/errors.ts";
import { checksVersion } from "../code/code_version.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { filesBelow, kindOf, readJsonIfThere, writeFileAtomic } from "../files/files.ts";
import { inRun } from "../files/paths.ts";
import type { BuildingRun } from "../lake/building.ts";
import { asSource, type DatasetFile, datasetName, readDone } from "../lake/done.ts";
import { type DatasetMeasures, datasetMeasures } from "../lake/measures.ts";
import { holdDatasets } from "../lake/run_lock.ts";
import type { CheckResult } from "./check.ts";
import type { MinRows } from "./min_rows.ts";
import { reportJson } from "./render.ts";

/** Everything that the outcome of a dataset's checks depends on. */
const checked = z.object({
  /** One hash over the names and hashes of the dataset's files, as recorded when it was made. */
  files: z.string(),
  /** Version of the code that ran the checks. */
  code_version: z.string(),
  min_rows: z.int().nonnegative(),
});
type Checked = z.infer<typeof checked>;

const checks = z.array(
  z.object({
    name: z.string(),
    severity: z.enum(["CRITICAL", "WARN", "INFO"]),
    ok: z.boolean(),
    value: z
      .int()
      .nullable()
      .transform((value) => (value === null ? null : BigInt(value))),
    details: z.string(),
  }),
);

/** The checks that need only this dataset. */
export interface DatasetChecks {
  ofFiles: readonly CheckResult[];
  /** Checks of the values; empty when the files are not sound. */
  ofValues: readonly CheckResult[];
  /** Measures of the columns; undefined when the files are not sound or were not decoded. */
  columns: ColumnsMeasured | undefined;
}

/** The measures of a dataset's columns by column name. */
export type ColumnsMeasured = DatasetMeasures["columns"];

/** `_checked/<dataset>.json` of a building run. */
const checkedRecord = checked.extend({
  checks: z.object({
    ofFiles: checks,
    ofValues: checks,
    columns: datasetMeasures.shape.columns.optional(),
  }),
});

/** A building run and its directory. */
export type RunInLake = Pick<BuildingRun, "lake" | "runId" | "dir">;

/**
 * The inputs of a dataset's checks; undefined when the dataset is not done, or when its files are not the recorded
 * ones.
 */
export async function whatIsChecked(
  runDir: string,
  { directory }: TableDeclaration,
  minRows: MinRows,
): Promise<Checked | undefined> {
  const name = datasetName(directory);
  const record = await readDone(runDir, name);
  if (record === undefined || !(await hasFiles(join(runDir, directory), record.files))) return undefined;
  return {
    files: asSource(directory, record).sha256,
    code_version: checksVersion(),
    min_rows: minRows[name] ?? 0,
  };
}

/** Compares files by name and size only; sealing compares their hashes. */
async function hasFiles(dir: string, files: readonly DatasetFile[]): Promise<boolean> {
  if ((await kindOf(dir)) !== "directory") return false;
  const found = await filesBelow(dir);
  if (found.length !== files.length) return false;
  for (const { name, bytes } of files) {
    if (!found.includes(name) || (await stat(join(dir, name))).size !== bytes) return false;
  }
  return true;
}

/**
 * Records the checks of a dataset of a building run, so that testing the whole run does not repeat them. ExpectedError
 * when the dataset has changed since it was checked, or a live process is writing it, or sealing or discarding the run.
 */
export async function noteChecked(
  { lake, runId, dir }: RunInLake,
  dataset: TableDeclaration,
  what: Checked,
  checks: DatasetChecks,
): Promise<void> {
  const name = datasetName(dataset.directory);
  await holdDatasets(lake, runId, `recording the checks of ${name}`, [name], async () => {
    if (!isDeepStrictEqual(await whatIsChecked(dir, dataset, { [name]: what.min_rows }), what)) {
      throw new ExpectedError(
        `${dataset.directory} was rebuilt or removed during the checks: check it again`,
      );
    }
    await writeFileAtomic(inRun.checkedRecord(dir, name), reportJson({ ...what, checks }));
  });
}

/**
 * The recorded checks of a dataset, if all of them passed; undefined when none were recorded for exactly these files,
 * this code and this minimum row count.
 */
export async function checkedBefore(
  runDir: string,
  dataset: TableDeclaration,
  minRows: MinRows,
): Promise<DatasetChecks | undefined> {
  const path = inRun.checkedRecord(runDir, datasetName(dataset.directory));
  const record = await readJsonIfThere(path, checkedRecord);
  if (record === undefined) return undefined;
  const { checks, ...what } = record;
  const passed = [...checks.ofFiles, ...checks.ofValues].every(({ ok }) => ok);
  const isSame = isDeepStrictEqual(what, await whatIsChecked(runDir, dataset, minRows));
  return passed && isSame ? { ...checks, columns: checks.columns } : undefined;
}

/** The column measures recorded with a dataset's checks, whatever minimum row count those used. */
export async function measuredBefore(
  runDir: string,
  dataset: TableDeclaration,
): Promise<ColumnsMeasured | undefined> {
  const name = datasetName(dataset.directory);
  const record = await readJsonIfThere(inRun.checkedRecord(runDir, name), checkedRecord);
  if (record === undefined) return undefined;
  const { checks, ...what } = record;
  const isSame = isDeepStrictEqual(what, await whatIsChecked(runDir, dataset, { [name]: what.min_rows }));
  return isSame ? checks.columns : undefined;
}
