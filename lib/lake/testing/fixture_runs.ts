import { mkdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { allTables } from "../../datasets/index.ts";
import type { TableDeclaration } from "../../datasets/types.ts";
import { sealedDir } from "../../files/paths.ts";
import { parseRunId } from "../../files/run_id.ts";
import { type BuildingRun, createBuilding } from "../building.ts";
import { datasetName, describeFiles, writeDone } from "../done.ts";
import { PARQUET_SANITY, SANITY_OF_RUN, writeReport } from "../reports.ts";
import { sealRun } from "../seal.ts";
import { valuesOf, type WriteTablesOptions, writeTables } from "./fixture_tables.ts";
import { scratchDirectory } from "./scratch.ts";

/** Options for the manifest and tables of a fixture run. */
export interface FixtureRunOptions extends WriteTablesOptions {
  runMode?: "dev" | "prod";
  parameters?: Record<string, unknown>;
  /** Version of the code in the records; by default one that never occurs. */
  codeVersion?: string;
  /** Counts of a dataset's record, by the last segment of its directory. */
  counts?: Readonly<Record<string, Record<string, number>>>;
  /** Names of CRITICAL checks that are false in the run's sanity report. */
  critical?: readonly string[];
  /** Names of checks that failed in the run-level test. */
  failed?: readonly string[];
}

/** The dump that all datasets were made from. */
const FIXTURE_DUMP = "discogs_20251201_fixture.xml.gz";

/** A new, empty lake in a temporary directory. */
export function makeLake(): string {
  const lake = scratchDirectory();
  mkdirSync(join(lake, "_runs"));
  return lake;
}

/** A run with all datasets done, but not tested. */
export async function makeUntestedRun(
  lake: string,
  runId: string,
  options: FixtureRunOptions = {},
): Promise<BuildingRun> {
  const building = await createBuilding(lake, {
    run_id: runId,
    dump_month: parseRunId(runId)?.dumpMonth ?? "",
    dump_date: `${parseRunId(runId)?.dumpMonth}-01`,
    run_mode: options.runMode ?? "prod",
    parameters: options.parameters ?? {},
    datasets: allTables
      .filter((table) => isOfRun(table, options))
      .map(({ directory }) => datasetName(directory)),
    started: new Date().toISOString(),
    sources: [{ entity: "releases", name: FIXTURE_DUMP, path: `/${FIXTURE_DUMP}`, size: 1 }],
  });
  for (const [directory, rows] of await writeTables(building.dir, options)) {
    await writeRecord(building.dir, directory, rows, options);
  }
  return building;
}

/** The datasets of every run, and those for which the options have rows. */
function isOfRun({ required, kind, directory }: TableDeclaration, { tables }: FixtureRunOptions): boolean {
  return required || (kind !== "optional" && tables?.[datasetName(directory)] !== undefined);
}

async function writeRecord(dir: string, directory: string, rows: number, options: FixtureRunOptions) {
  const time = new Date().toISOString();
  const dataset = datasetName(directory);
  await writeDone(dir, {
    dataset,
    sources: [{ name: FIXTURE_DUMP, size: 1, sha256: "5".repeat(64) }],
    code_version: options.codeVersion ?? "0.0.0+fixture",
    options: {},
    rows,
    files: await describeFiles(join(dir, directory), () => rows),
    ...valuesOf(directory, options),
    ...(options.counts?.[dataset] === undefined ? {} : { counts: options.counts[dataset] }),
    started: time,
    ended: time,
  });
}

/** Writes the reports of a run's tests, all ok except for the named checks. */
export async function writeTestReports(
  { dir, runId }: Pick<BuildingRun, "dir" | "runId">,
  { critical = [], failed = [] }: FixtureRunOptions = {},
): Promise<void> {
  const time = new Date().toISOString();
  const check = (name: string, ok: boolean) => ({ name, severity: "CRITICAL", ok, value: 0, details: "" });
  const checks = [check("files.readable", true), ...failed.map((name) => check(name, false))];
  const tests = { run_id: runId, started: time, ended: time, passed: failed.length === 0, checks };
  await writeReport(dir, PARQUET_SANITY, "json", JSON.stringify(tests));
  const rows = ["artists_v1.rows,CRITICAL,2,true,", ...critical.map((name) => `${name},CRITICAL,1,false,`)];
  await writeReport(dir, SANITY_OF_RUN, "csv", `check_name,severity,value,ok,details\n${rows.join("\n")}\n`);
}

/** A run that is ready to be sealed. */
export async function makeBuildingRun(
  lake: string,
  runId: string,
  options: FixtureRunOptions = {},
): Promise<BuildingRun> {
  const building = await makeUntestedRun(lake, runId, options);
  await writeTestReports(building, options);
  return building;
}

/** A sealed run of tiny, consistent tables. Returns its directory. */
export async function makeSealedRun(
  lake: string,
  runId: string,
  options: FixtureRunOptions = {},
): Promise<string> {
  await makeBuildingRun(lake, runId, options);
  await sealRun(lake, runId);
  return sealedDir(lake, runId);
}

/** A run as made by the Python original: no manifest, no added columns. Returns its directory. */
export async function makeOriginalRun(
  lake: string,
  runId: string,
  options: WriteTablesOptions = {},
): Promise<string> {
  const dir = sealedDir(lake, runId);
  await mkdir(join(dir, "_reports"), { recursive: true });
  await writeTables(dir, { ...options, original: true });
  return dir;
}
