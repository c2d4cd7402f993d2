import { cpSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance, quotedString } from "@duckdb/node-api";
import { parseAcceptedDrift } from "../../lib/checks/accepted_drift.ts";
import { failing } from "../../lib/checks/check.ts";
import { driftGate } from "../../lib/checks/drift_gate.ts";
import { measureColumns } from "../../lib/checks/measures.ts";
import { readMinRows } from "../../lib/checks/min_rows.ts";
import { datasetSanity, parquetSanity } from "../../lib/checks/parquet_sanity.ts";
import { numberDigests } from "../../lib/checks/recorded_values.ts";
import { reportJson } from "../../lib/checks/render.ts";
import { reportOnRun } from "../../lib/checks/sanity_of_run.ts";
import { CheckFailedError, ExpectedError } from "../../lib/cli/errors.ts";
import { silentLogger } from "../../lib/cli/log.ts";
import { allTables, extractedDatasets, warehouseDatasets } from "../../lib/datasets/index.ts";
import type { TableDeclaration } from "../../lib/datasets/types.ts";
import { ingestRun } from "../../lib/extract/ingest_run.ts";
import { inRun } from "../../lib/files/paths.ts";
import { type BuildingRun, openBuilding } from "../../lib/lake/building.ts";
import { datasetName, describeFiles, readDone, writeDone } from "../../lib/lake/done.ts";
import { buildManifest } from "../../lib/lake/manifest.ts";
import { DRIFT_GATE, PARQUET_SANITY, writeReport } from "../../lib/lake/reports.ts";
import { beginRun } from "../../lib/preflight/begin_run.ts";
import { openRunEngine } from "../../lib/sql/duckdb/open.ts";
import { buildInRun } from "../../lib/warehouse/build_in_run.ts";

/** Small enough for the larger datasets to have several parts. */
const PART_ROWS = 2_000;
const LIMITS = { threads: 1, memoryLimit: "1GB" };

/** Makes all datasets from a month's dumps, in this process, and checks each of them, like main.dig. */
export async function builtRun(lake: string, raw: string, month: string): Promise<BuildingRun> {
  const { runId } = await beginRun({
    selection: { lake, "dump-month": month, "session-time": `${month}-28T03:04:05Z` },
    rawRoot: raw,
    runMode: "prod",
    datasets: "all",
    parameters: {},
    downloads: false,
    inOrder: false,
    log: silentLogger,
  });
  const building = await openBuilding(lake, runId);
  await ingestRun(building, { threads: 1, batch: PART_ROWS, log: silentLogger });
  await buildWarehouse(building);
  await datasetSanity(building, extractedAndBuilt, await sanityOptions());
  return building;
}

const extractedAndBuilt = [...extractedDatasets, ...warehouseDatasets];

async function sanityOptions() {
  return { ...LIMITS, fast: false, minRows: await readMinRows(undefined, undefined), log: silentLogger };
}

/** Builds the missing warehouse datasets from the present canonical ones. */
export async function buildWarehouse(building: BuildingRun): Promise<void> {
  await buildInRun(building, warehouseDatasets, { ...LIMITS, log: silentLogger });
}

/** A copy of a run, in a lake that may have a baseline for it. */
export function copyOf(building: BuildingRun, lake: string, dir: string): BuildingRun {
  cpSync(building.dir, dir, { recursive: true });
  return { ...building, lake, dir };
}

/** Makes the test of the whole run check every dataset, also one whose files are, by name and size, the recorded ones. */
export function forgetChecks(dir: string): void {
  for (const { directory } of allTables)
    rmSync(inRun.checkedRecord(dir, datasetName(directory)), { force: true });
}

/** The declaration of a table of the test lake, by its dataset's name. */
export const table = (dataset: string): TableDeclaration => {
  const found = allTables.find(({ directory }) => datasetName(directory) === dataset);
  if (found === undefined) throw new TypeError(`${dataset} is not a dataset`);
  return found;
};

/** Paths of a dataset's parts in order. */
export function partsOf(dir: string, dataset: string): string[] {
  const directory = join(dir, table(dataset).directory);
  const names = readdirSync(directory).filter((name) => name.endsWith(".parquet"));
  return names.sort().map((name) => join(directory, name));
}

let shared: Promise<DuckDBConnection> | undefined;

/** Runs a statement in a DuckDB that may reach all files. */
async function run(sql: string): Promise<void> {
  shared ??= DuckDBInstance.create(":memory:", { threads: "1" }).then((instance) => instance.connect());
  await (await shared).run(sql);
}

/** Rewrites the rows of a dataset by a SELECT in which `$rows` stands for them in order. */
export async function rewrite(dir: string, dataset: string, select: string): Promise<void> {
  const parts = partsOf(dir, dataset);
  const [first = ""] = parts;
  const rows = `read_parquet([${parts.map((path) => quotedString(path)).join(", ")}])`;
  const made = `${first}.made`;
  await run(`COPY (${select.replaceAll("$rows", rows)}) TO ${quotedString(made)} (FORMAT parquet)`);
  for (const path of parts) rmSync(path);
  renameSync(made, first);
}

/** Updates a dataset's record to its present files: names, bytes, hashes and rows. */
export async function recordFiles(dir: string, dataset: string): Promise<void> {
  const record = await readDone(dir, dataset);
  if (record === undefined) throw new TypeError(`${dataset} has no record`);
  const rows = new Map<string, number>();
  for (const path of partsOf(dir, dataset))
    rows.set(path.slice(path.lastIndexOf("/") + 1), await rowsOf(path));
  const files = await describeFiles(join(dir, table(dataset).directory), rows);
  await writeDone(dir, { ...record, files, rows: [...rows.values()].reduce((sum, each) => sum + each, 0) });
}

/** Also updates a dataset's record to its present values, as if the parser had produced them. */
export async function recordValues(dir: string, dataset: string): Promise<void> {
  await recordFiles(dir, dataset);
  const record = await readDone(dir, dataset);
  if (record === undefined) throw new TypeError(`${dataset} has no record`);
  const parts = partsOf(dir, dataset);
  const { session, engine } = await openRunEngine(dir, LIMITS);
  try {
    const columns = Object.entries(await measureColumns(session, table(dataset), parts));
    const numbers = await numberDigests(session, parts, Object.keys(record.written?.numbers ?? {}));
    await writeDone(dir, {
      ...record,
      filled: Object.fromEntries(columns.map(([name, { filled }]) => [name, filled])),
      written: {
        bytes: Object.fromEntries(
          columns.flatMap(([name, { bytes }]) => (bytes === undefined ? [] : [[name, bytes]])),
        ),
        numbers: Object.fromEntries(numbers),
      },
    });
  } finally {
    await engine.close();
  }
}

async function rowsOf(path: string): Promise<number> {
  shared ??= DuckDBInstance.create(":memory:", { threads: "1" }).then((instance) => instance.connect());
  const result = await (await shared).runAndReadAll(
    `SELECT num_rows FROM parquet_file_metadata(${quotedString(path)})`,
  );
  return Number(result.value(0, 0));
}

/** The failed checks of each of a run's tests, and the error of sealing. */
export interface Findings {
  parquetSanity: string[];
  sanityReport: string[];
  driftGate: string[];
  /** Why the run is not sealed; undefined if it would be. */
  seal: string | undefined;
}

/** A fault in a good run, and the checks that must report it. */
export interface Mutation {
  what: string;
  /** Datasets to rewrite by a SELECT on `$rows`, their rows in order. */
  rows?: Readonly<Record<string, string>>;
  /** Other changes to the run in `dir`; `other` is the directory of a run with other records. */
  spoil?(dir: string, other: string): Promise<void> | void;
  /**
   * What the records describe afterwards. `stale`: the previous state. `files`: the present files, as after a fault between the
   * parser and the files. `values`: also the present values, from which the warehouse is rebuilt, as after a fault in the parser
   * or upstream.
   */
  record: "stale" | "files" | "values";
  /** Whether to test in a lake with or without a baseline; by default in both. */
  baseline?: boolean;
  /** Names of checks that must fail, and a part of sealing's error. */
  named: Partial<Omit<Findings, "seal">> & { seal?: RegExp };
}

/** Tests a run like `tests_parquet_run.dig`, then tries the first steps of sealing. */
export async function tested(building: BuildingRun, acceptDrift = "false"): Promise<Findings> {
  const { dir, lake, runId } = building;
  const sanity = await parquetSanity(dir, await sanityOptions());
  await writeReport(dir, PARQUET_SANITY, "json", reportJson(sanity));
  const findings: Findings = {
    parquetSanity: failing(sanity.checks).map(({ name }) => name),
    sanityReport: await sanityReport(dir),
    driftGate: await drift(building, acceptDrift),
    seal: undefined,
  };
  try {
    await buildManifest({ ...building, lake, runId });
  } catch (error) {
    if (!(error instanceof CheckFailedError)) throw error;
    findings.seal = error.message;
  }
  return findings;
}

async function sanityReport(dir: string): Promise<string[]> {
  try {
    const { checks } = await reportOnRun(dir, LIMITS);
    return checks.filter(({ severity, ok }) => severity === "CRITICAL" && !ok).map(({ name }) => name);
  } catch (error) {
    // A missing table or column, which Parquet sanity reports.
    if (error instanceof ExpectedError) return [];
    throw error;
  }
}

async function drift({ lake, runId, dir }: BuildingRun, acceptDrift: string): Promise<string[]> {
  const accepted = parseAcceptedDrift(acceptDrift);
  try {
    const limits = { maxDropPct: 5, maxGrowthPct: 25, ...LIMITS };
    const report = await driftGate(lake, { runId, dir }, { ...limits, accepted });
    // Throws if a check could not be accepted by its name.
    for (const { name } of report.checks) parseAcceptedDrift(name);
    await writeReport(dir, DRIFT_GATE, "json", reportJson(report));
    return report.checks
      .filter(({ name, ok }) => !ok && !report.accepted.includes(name))
      .map(({ name }) => name);
  } catch (error) {
    // A missing record, which stops the run here and at sealing.
    if (error instanceof CheckFailedError) return [error.message];
    throw error;
  }
}
