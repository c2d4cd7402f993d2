import { join } from "node:path";
import { CsvError, parse as parseCsv } from "csv-parse/sync";
import { z } from "zod";
import { CheckFailedError, hasCode } from "../cli/errors.ts";
import {
  hashFile,
  kindOf,
  makeDirectory,
  namesIn,
  readBytes,
  readJsonFile,
  writeNewFile,
} from "../files/files.ts";
import { inRun, TEMPORARY_PREFIX } from "../files/paths.ts";
import { removeLeftovers } from "../files/temporary_file.ts";
import { type DatasetMeasures, datasetMeasures } from "./measures.ts";

/** Time stamp in a report's name, `YYYYMMDD_HHMMSS_mmm` in UTC: names of one kind sort by time. */
export function reportStamp(time: Date): string {
  const digits = time.toISOString().replace(/[-:Z]/g, "");
  return digits.replace("T", "_").replace(".", "_");
}

/**
 * Writes a report into a run, building or sealed, always as a new file `_reports/<kind>_<stamp>.<extension>`. Returns
 * its path. If the name is taken, the stamp of the next millisecond is tried.
 */
export async function writeReport(
  runDir: string,
  kind: string,
  extension: "json" | "csv" | "html",
  content: string,
  time: Date = new Date(),
): Promise<string> {
  const dir = inRun.reports(runDir);
  const path = join(dir, `${kind}_${reportStamp(time)}.${extension}`);
  if ((await kindOf(dir)) === undefined) await makeDirectory(dir);
  await removeReportLeftovers(runDir);
  if ((await kindOf(path)) !== undefined) return writeNext();
  try {
    await writeNewFile(path, content);
    return path;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return writeNext();
    throw error;
  }

  function writeNext() {
    return writeReport(runDir, kind, extension, content, new Date(time.getTime() + 1));
  }
}

/** Removes what a process that was killed while it wrote a report left in the run's `_reports/`, which must exist. */
export async function removeReportLeftovers(runDir: string): Promise<void> {
  await removeLeftovers(inRun.reports(runDir), TEMPORARY_PREFIX);
}

/** Path of the newest report of a kind in a run; undefined when there is none. */
export async function newestReport(runDir: string, kind: string): Promise<string | undefined> {
  const dir = inRun.reports(runDir);
  const names = (await namesIn(dir)).filter((name) => name.startsWith(`${kind}_`) && /_\d{8}/.test(name));
  const newest = names.at(-1);
  return newest === undefined ? undefined : join(dir, newest);
}

/** `_reports/parquet_sanity_<stamp>.json`: the run-level tests. */
export const parquetSanityReport = z.object({
  run_id: z.string(),
  started: z.iso.datetime(),
  ended: z.iso.datetime(),
  passed: z.boolean(),
  /** The expensive checks were skipped. */
  fast: z.boolean().optional(),
  checks: z.array(
    z.object({
      name: z.string(),
      severity: z.string(),
      ok: z.boolean(),
      value: z.unknown(),
      details: z.unknown(),
    }),
  ),
});

/** What a manifest keeps of its run's tests. */
export const testResult = z.object({
  /** File name in `_reports/`. */
  report: z.string(),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
  checks: z.int().nonnegative(),
  /** Names of the checks that were not ok, with their severity: `CRITICAL artists_v1.rows`. */
  not_ok: z.array(z.string()),
  passed: z.boolean(),
});

/** The outcome of a run's tests as its manifest keeps it. */
export type TestResult = z.infer<typeof testResult>;

/** What a manifest keeps of the drift gate, including the baseline and whether drift was accepted. */
export const driftResult = testResult.extend({
  /** Null when there was no promoted run to compare with. */
  baseline: z.string().nullable(),
  /** Whether any drift might be accepted. */
  accept_drift: z.boolean(),
  /** Names of the failed checks that were accepted; absent in manifests of older versions. */
  accepted: z.array(z.string()).optional(),
});

/** The outcome of a run's drift gate as its manifest keeps it. */
export type DriftResult = z.infer<typeof driftResult>;

/** `_reports/drift_gate_<stamp>.json`: the comparison of this run with the promoted run before it. */
const driftGateReport = parquetSanityReport.extend({
  baseline: driftResult.shape.baseline,
  accept_drift: driftResult.shape.accept_drift,
  accepted: driftResult.shape.accepted,
  // Absent in reports of older versions, which a resumed run may still have.
  accept: z.string().optional(),
  max_drop_pct: z.number().optional(),
  max_growth_pct: z.number().optional(),
  measures: z.record(z.string(), datasetMeasures).default({}),
});

/** The newest drift gate report of a run. */
export interface DriftOfRun {
  result: DriftResult;
  /** The workflow's parameters at that time; those that the run was begun with may differ. */
  parameters: Readonly<Record<string, string>>;
  measures: Readonly<Record<string, DatasetMeasures>>;
}

/** Kind of the reports of the run-level Parquet tests. */
export const PARQUET_SANITY = "parquet_sanity";

/** Kind of the reports of the drift gate. */
export const DRIFT_GATE = "drift_gate";

/** Kind of the sanity reports that are made before promotion, with the embedded engine. */
export const SANITY_OF_RUN = "duckdb_sanity_run";
const SANITY_OF_ACTIVE = /^[a-z]+_sanity_active_(?=\d{8})/;

/**
 * Result of the newest run-level test of a run. CheckFailedError when there is none, or when it belongs to another run
 * or is older than `since`, the end of the last dataset.
 */
export async function parquetSanityResult(runDir: string, runId: string, since: Date): Promise<TestResult> {
  const path = await requireReport(runDir, PARQUET_SANITY, runId);
  const report = await readJsonFile(path, parquetSanityReport);
  if (report.fast === true)
    throw new CheckFailedError(`${path} is of a --fast test: run the complete test before sealing`);
  return checksResult(path, report, runId, since);
}

/** Result of the newest drift gate of a run; undefined when it had none. Errors as in {@link parquetSanityResult}. */
export async function driftGateResult(
  runDir: string,
  runId: string,
  since: Date,
): Promise<DriftOfRun | undefined> {
  const path = await newestReport(runDir, DRIFT_GATE);
  if (path === undefined) return undefined;
  const report = await readJsonFile(path, driftGateReport);
  const { baseline, accept_drift, accepted, measures } = report;
  const tested = await checksResult(path, report, runId, since);
  const used = {
    max_drop_pct: report.max_drop_pct,
    max_growth_pct: report.max_growth_pct,
    accept_drift: report.accept ?? accept_drift,
  };
  const parameters = Object.entries(used).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return {
    result: { ...tested, baseline, accept_drift, accepted },
    parameters: Object.fromEntries(parameters),
    measures,
  };
}

async function checksResult(
  path: string,
  report: z.infer<typeof parquetSanityReport>,
  runId: string,
  since: Date,
): Promise<TestResult> {
  if (report.run_id !== runId)
    throw new CheckFailedError(`${path} belongs to run ${report.run_id}, not to ${runId}`);
  if (new Date(report.started) < since) throw outdated(path, runId);
  const notOk = report.checks.filter((check) => !check.ok);
  return {
    ...(await described(path)),
    checks: report.checks.length,
    not_ok: notOk.map((check) => `${check.severity} ${check.name}`),
    passed: report.passed,
  };
}

/**
 * Result of the newest sanity report of a run; passed = no CRITICAL check failed. Errors as in {@link
 * parquetSanityResult}.
 */
export async function sanityResult(runDir: string, runId: string, since?: Date): Promise<TestResult> {
  const path = await requireReport(runDir, SANITY_OF_RUN, runId);
  const time = stampTime(path);
  if (since !== undefined && time !== undefined && time < since) throw outdated(path, runId);
  return readSanityReport(path);
}

/** Summary of a sanity report, of a run or of the active run; passed = no CRITICAL check failed. */
async function readSanityReport(path: string): Promise<TestResult> {
  const rows = csvRows(await readBytes(path));
  if (rows.length === 0 || rows.some((row) => row.check_name === undefined || row.severity === undefined)) {
    throw new CheckFailedError(`${path} is not a sanity report: make it again with bin/lake sanity_report`);
  }
  const notOk = rows.filter((row) => row.ok !== "true");
  return {
    ...(await described(path)),
    checks: rows.length,
    not_ok: notOk.map((row) => `${row.severity} ${row.check_name}`),
    passed: !notOk.some((row) => row.severity === "CRITICAL"),
  };
}

/** The rows of a CSV with a header; none when the text is not CSV. */
function csvRows(bytes: Buffer): Record<string, string>[] {
  try {
    return parseCsv(bytes, { columns: true });
  } catch (error) {
    if (error instanceof CsvError) return [];
    throw error;
  }
}

/**
 * Summary of the newest sanity report made while the run was active, by whichever engine; undefined when there is none.
 * CheckFailedError when it is not a sanity report.
 */
export async function activeSanityResult(runDir: string): Promise<TestResult | undefined> {
  const names = (await namesIn(inRun.reports(runDir))).filter((name) => SANITY_OF_ACTIVE.test(name));
  const stamp = (name: string) => name.replace(SANITY_OF_ACTIVE, "");
  const newest = names.sort((a, b) => (stamp(a) < stamp(b) ? -1 : 1)).at(-1);
  return newest === undefined ? undefined : readSanityReport(join(inRun.reports(runDir), newest));
}

async function requireReport(runDir: string, kind: string, runId: string): Promise<string> {
  const path = await newestReport(runDir, kind);
  if (path !== undefined) return path;
  throw new CheckFailedError(`run ${runId} has no ${kind} report: run its checks first`);
}

function outdated(path: string, runId: string): CheckFailedError {
  return new CheckFailedError(`${path} is older than the data of run ${runId}: run its checks again`);
}

async function described(path: string) {
  return { report: path.slice(path.lastIndexOf("/") + 1), ...(await hashFile(path)) };
}

/** The time given by the stamp in a report's name, the end of its second if it has no milliseconds; undefined without one. */
function stampTime(path: string): Date | undefined {
  const match = /_(\d{4})(\d\d)(\d\d)[T_]?(\d\d)(\d\d)(\d\d)(?:_(\d{3}))?[^/]*$/.exec(path);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, millisecond = "999"] = match;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
