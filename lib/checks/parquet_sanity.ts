import { realpath } from "node:fs/promises";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { warehouseDatasets } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { isDirectory } from "../files/files.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import { datasetName } from "../lake/done.ts";
import { openRunEngine, type RunEngine } from "../sql/duckdb/open.ts";
import type { SessionLimits } from "../sql/duckdb/session.ts";
import { ACTIVE_SCHEMA } from "../sql/engine.ts";
import { notMade } from "../sql/reads.ts";
import { registerSchema } from "../sql/register.ts";
import { type CheckResult, failing } from "./check.ts";
import {
  checkedBefore,
  type DatasetChecks,
  noteChecked,
  type RunInLake,
  whatIsChecked,
} from "./checked_before.ts";
import { type CheckedFiles, checkFiles } from "./dataset_files.ts";
import {
  keyChecks,
  nullChecks,
  orphanCheck,
  orphansOf,
  referencesAmong,
  sortedChecks,
} from "./declared_checks.ts";
import type { MinRows } from "./min_rows.ts";
import { recomputedChecks } from "./recomputed.ts";
import { recordedValueChecks } from "./recorded_values.ts";
import { runSqlCheck, sqlChecks } from "./sql_checks.ts";
import { stepsByCount, stepsBySize } from "./steps.ts";
import { datasetsToCheck, readSubject, type Subject } from "./subject.ts";

/** How thoroughly the files of a run are checked, and with which resources. */
export interface SanityOptions extends SessionLimits {
  /**
   * Check only what footers and key columns show: files, columns, row counts, mandatory columns. Skips decoding every
   * value, keys, references between datasets and recomputed counts (including `sql/checks/`).
   */
  fast: boolean;
  minRows: MinRows;
  log: Logger;
}

/** Content of `_reports/parquet_sanity_<UTC>.json`, with values still as bigints. */
export interface SanityResult {
  /** Null when the directory does not name its run. */
  run_id: string | null;
  fast: boolean;
  started: string;
  ended: string;
  passed: boolean;
  /** Datasets whose own checks were reused from an earlier {@link datasetSanity}. */
  checked_before: string[];
  checks: CheckResult[];
}

/**
 * Checks the files of a run (the data contract, Parquet sanity of a run) without changing anything in it. Defects of
 * the data are in the result; ExpectedError only when the directory can't be opened or is not like a run. A link to a run
 * is resolved once, at the start.
 */
export async function parquetSanity(dir: string, options: SanityOptions): Promise<SanityResult> {
  const started = new Date().toISOString();
  return withSubject(dir, options, async (run, subject) => {
    if (subject.state === "unrecorded" && (await datasetsIn(subject.dir)).length === 0) {
      throw new ExpectedError(`${dir} is not a run: it has no manifest.json, run.json or dataset`);
    }
    const before = await checksBefore(subject, options);
    const datasets = await datasetsToCheck(subject.dir);
    const files = await fileChecks(run, subject, datasets, before, options);
    const contents = await contentChecks(run, subject, files.sound, before, options);
    const usable = new Set(files.sound.map(({ dataset }) => dataset.table));
    const references = await referenceChecks(run, { subject, datasets, usable }, options);
    const checks = [...files.checks, ...contents, ...references];
    return {
      run_id: subject.runId ?? null,
      fast: options.fast,
      started,
      ended: new Date().toISOString(),
      passed: failing(checks).length === 0,
      checked_before: [...before.keys()],
      checks,
    };
  });
}

/**
 * Runs the checks that need only one dataset on some datasets of a building run, and records them for the test of the
 * whole run. ExpectedError when a dataset is not done, its files are not the recorded ones, or it is rebuilt meanwhile.
 */
export async function datasetSanity(
  building: RunInLake,
  datasets: readonly TableDeclaration[],
  options: SanityOptions,
): Promise<CheckResult[]> {
  const { dir } = building;
  return withSubject(dir, options, async (run, subject) => {
    const all: CheckResult[] = [];
    for (const dataset of datasets) {
      const what = await whatIsChecked(dir, dataset, options.minRows);
      if (what === undefined) {
        throw new ExpectedError(`${dir} has no finished ${dataset.directory}: run ingest and build first`);
      }
      const files = await fileChecks(run, subject, [dataset], new Map(), options);
      const contents = await contentChecks(run, subject, files.sound, new Map(), options);
      const columns = files.sound[0]?.columns;
      await noteChecked(building, dataset, what, { ofFiles: files.checks, ofValues: contents, columns });
      all.push(...files.checks, ...contents);
    }
    return all;
  });
}

async function withSubject<T>(
  dir: string,
  limits: SessionLimits,
  fn: (run: RunEngine, subject: Subject) => Promise<T>,
): Promise<T> {
  const resolved = (await isDirectory(dir)) ? await realpath(dir) : dir;
  const run = await openRunEngine(resolved, limits);
  try {
    return await fn(run, await readSubject(resolved));
  } finally {
    await run.engine.close();
  }
}

/** Recorded checks that are reused, by dataset name. */
async function checksBefore(subject: Subject, { fast, minRows }: SanityOptions) {
  const found = new Map<string, DatasetChecks>();
  if (fast || subject.state !== "building") return found;
  for (const dataset of await datasetsToCheck(subject.dir)) {
    const checks = await checkedBefore(subject.dir, dataset, minRows);
    if (checks !== undefined) found.set(datasetName(dataset.directory), checks);
  }
  return found;
}

type ChecksBefore = ReadonlyMap<string, DatasetChecks>;
/** A dataset that can be queried, with its files and column measures. */
type SoundDataset = Pick<CheckedFiles, "parts" | "columns"> & { dataset: TableDeclaration };

/** Checks the files of datasets; `sound` lists those that can be queried. */
async function fileChecks(
  { session }: RunEngine,
  subject: Subject,
  datasets: readonly TableDeclaration[],
  before: ChecksBefore,
  { fast, minRows, log }: SanityOptions,
) {
  const checks: CheckResult[] = [];
  const sound: SoundDataset[] = [];
  const show = stepsBySize(log, "reading", sizesOf(subject, datasets, before));
  for (const dataset of datasets) {
    const known = before.get(datasetName(dataset.directory));
    if (known !== undefined) {
      checks.push(...known.ofFiles);
      sound.push({ dataset, parts: [], columns: known.columns });
      continue;
    }
    show(dataset.directory);
    const files = await checkFiles(session, subject, dataset, { decode: !fast, minRows });
    checks.push(...files.checks);
    if (files.isSound) sound.push({ dataset, ...files });
  }
  return { checks, sound };
}

/** Registers the sound datasets as tables, and checks the values of those without recorded checks. */
async function contentChecks(
  { engine, session }: RunEngine,
  subject: Subject,
  sound: readonly SoundDataset[],
  before: ChecksBefore,
  { fast, log }: SanityOptions,
): Promise<CheckResult[]> {
  const tables = sound.map(({ dataset }) => dataset);
  await registerSchema(engine, { schema: ACTIVE_SCHEMA, location: ".", tables });
  const checks: CheckResult[] = [];
  const show = stepsBySize(log, "checking", sizesOf(subject, tables, before));
  for (const { dataset, parts, columns } of sound) {
    const name = datasetName(dataset.directory);
    const known = before.get(name);
    if (known !== undefined) {
      checks.push(...known.ofValues);
      continue;
    }
    show(dataset.directory);
    checks.push(...(await nullChecks(engine, dataset)));
    if (fast) continue;
    // The Python original did not remove duplicates from xrefs.
    const hard = subject.state === "unrecorded" && isXref(dataset) ? "INFO" : "CRITICAL";
    checks.push(...(await keyChecks(engine, dataset, { hard })));
    if (subject.state !== "unrecorded") checks.push(...(await sortedChecks(engine, dataset)));
    if (columns !== undefined) {
      checks.push(...(await recordedValueChecks(session, subject, dataset, { parts, columns })));
    }
  }
  return checks;
}

/** The directories of datasets that have not been checked before. */
function sizesOf({ dir }: Subject, datasets: readonly TableDeclaration[], before: ChecksBefore) {
  const fresh = datasets.filter(({ directory }) => !before.has(datasetName(directory)));
  return { root: dir, directories: fresh.map(({ directory }) => directory) };
}

function isXref({ kind, key }: TableDeclaration): boolean {
  return kind === "warehouse" && key !== undefined && key.columns.length > 1;
}

/** A run and the single-dataset checks of its datasets. */
interface CheckedRun {
  subject: Subject;
  /** The datasets that the run must have. */
  datasets: readonly TableDeclaration[];
  /** The tables of those that can be read. */
  usable: ReadonlySet<string>;
}

/** The checks across datasets: declared references, `sql/checks/`, and warehouse datasets recomputed. */
async function referenceChecks(
  { engine, session }: RunEngine,
  { subject, datasets, usable }: CheckedRun,
  { fast, log }: SanityOptions,
): Promise<CheckResult[]> {
  const checks: CheckResult[] = [];
  if (fast) return checks;
  const references = referencesAmong(datasets);
  const ofSql = sqlChecks().filter(({ sql }) => notMade(sql, datasets).length === 0);
  // The Python original built its warehouse by different rules.
  const recomputed =
    subject.state === "unrecorded" ? [] : warehouseDatasets.filter((each) => datasets.includes(each));
  const names = [
    ...references.map(orphansOf),
    ...ofSql.map(({ name }) => name),
    ...recomputed.map(recomputing),
  ];
  const show = stepsByCount(log, "comparing datasets", names);
  for (const declared of references) {
    show(orphansOf(declared));
    checks.push(await orphanCheck(engine, declared, usable));
  }
  for (const check of ofSql) {
    show(check.name);
    checks.push(await runSqlCheck(engine, check, usable));
  }
  for (const dataset of recomputed) {
    show(recomputing(dataset));
    const counts = subject.recorded?.get(datasetName(dataset.directory))?.counts;
    checks.push(...(await recomputedChecks(session, dataset, counts, usable)));
  }
  return checks;
}

const recomputing = ({ table }: TableDeclaration) => `${table} recomputed`;
