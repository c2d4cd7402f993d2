import { basename } from "node:path";
import { CsvError, parse } from "csv-parse/sync";
import { ExpectedError, oneLine } from "../../cli/errors.ts";
import type { Logger } from "../../cli/log.ts";
import { readBytes, readJsonFile } from "../../files/files.ts";
import {
  DRIFT_GATE,
  newestReport,
  PARQUET_SANITY,
  parquetSanityReport,
  SANITY_OF_RUN,
} from "../../lake/reports.ts";

/** A check in a report. */
export interface ReportedCheck {
  name: string;
  severity: string;
  ok: boolean;
  value: string;
  details: string;
}

/** A report of a run's checks. */
export interface CheckReport {
  title: string;
  /** Its name in `_reports/`. */
  file: string;
  checks: readonly ReportedCheck[];
}

const REPORTS = [
  { kind: "duckdb_sanity_active", title: "Sanity report on the active run (DuckDB)", read: readCsv },
  { kind: "trino_sanity_active", title: "Sanity report on the active run (Trino)", read: readCsv },
  { kind: SANITY_OF_RUN, title: "Sanity report before promotion", read: readCsv },
  { kind: PARQUET_SANITY, title: "Parquet sanity", read: readJson },
  { kind: DRIFT_GATE, title: "Drift gate", read: readJson },
] as const;

/** The newest report of each kind of a run. An unreadable one is a warning and is omitted. */
export async function readCheckReports(dir: string, log: Logger): Promise<CheckReport[]> {
  const found: CheckReport[] = [];
  for (const { kind, title, read } of REPORTS) {
    const path = await newestReport(dir, kind);
    if (path === undefined) continue;
    try {
      found.push({ title, file: basename(path), checks: await read(path) });
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      log.warn(`omitted from the page of the run: ${oneLine(error)}`);
    }
  }
  return found;
}

async function readJson(path: string): Promise<ReportedCheck[]> {
  const { checks } = await readJsonFile(path, parquetSanityReport);
  return checks.map(({ name, severity, ok, value, details }) => ({
    name,
    severity,
    ok,
    value: String(value ?? ""),
    details: String(details ?? ""),
  }));
}

async function readCsv(path: string): Promise<ReportedCheck[]> {
  return rowsOf(path, await readBytes(path)).map(
    ({ check_name = "", severity = "", value = "", ok, details = "" }) => ({
      name: check_name,
      severity,
      ok: ok === "true",
      value,
      details,
    }),
  );
}

function rowsOf(path: string, bytes: Buffer): Record<string, string>[] {
  try {
    return parse(bytes, { columns: true, relax_column_count: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new ExpectedError(`${path} is not a CSV file: ${oneLine(error)}`, { cause: error });
  }
}
