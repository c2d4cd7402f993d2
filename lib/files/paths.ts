import { join } from "node:path";

/** Prefix of the directory of an unsealed run. */
export const BUILDING_PREFIX = "_building.";
/** Prefix of temporary names. Trino and DuckDB do not read such files. */
export const TEMPORARY_PREFIX = "_tmp.";

/** The absolute paths of a lake. */
export interface LakePaths {
  root: string;
  runs: string;
  /** Relative symlink to the promoted run. */
  active: string;
  /** Output directory of run-level tests. */
  testRoot: string;
  meta: string;
  locks: string;
  promotions: string;
  /** The embedded engine's catalog, one JSON file per schema. */
  duckdbCatalog: string;
  /** The database for readers: views with short names on the active run. */
  duckdbFile: string;
  digdagStatus: string;
  /** The full logs of all sessions of workflows. */
  logs: string;
  /** Manifests and reports of archived runs, one directory each. */
  archive: string;
  history: string;
  registryEvents: string;
  kpiEvents: string;
  kpiV2Events: string;
  kpiV3Events: string;
  /** What comparisons of runs found, a directory for each table. */
  changes: string;
  historyReports: string;
}

/** The paths of the lake at `root`. */
export function lakePaths(root: string): LakePaths {
  const meta = join(root, "_meta");
  const history = join(meta, "discogs_history");
  return {
    root,
    runs: join(root, "_runs"),
    active: join(root, "active"),
    testRoot: join(root, "_tmp_test"),
    meta,
    locks: join(meta, "locks"),
    promotions: join(meta, "promotions.jsonl"),
    duckdbCatalog: join(meta, "duckdb_catalog"),
    duckdbFile: join(root, "discogs.duckdb"),
    digdagStatus: join(meta, "digdag"),
    logs: join(meta, "logs"),
    archive: join(meta, "archive"),
    history,
    registryEvents: join(history, "registry", "run_registry_events"),
    kpiEvents: join(history, "kpi", "kpi_snapshot_events"),
    kpiV2Events: join(history, "kpi", "kpi_v2_snapshot_events"),
    kpiV3Events: join(history, "kpi", "kpi_v3_snapshot_events"),
    changes: join(history, "changes"),
    historyReports: join(history, "reports"),
  };
}

/** Directory of a sealed run. */
export function sealedDir(root: string, runId: string): string {
  return join(lakePaths(root).runs, runId);
}

/** Directory of a run under construction. */
export function buildingDir(root: string, runId: string): string {
  return join(lakePaths(root).runs, `${BUILDING_PREFIX}${runId}`);
}

/** Directory of what the lake keeps of an archived run. */
export function archivedDir(root: string, runId: string): string {
  return join(lakePaths(root).archive, runId);
}

/** Lock of the process that has a building run to itself. Outside of the run, so that sealing does not touch it. */
export function runLockPath(root: string, runId: string): string {
  return join(lakePaths(root).locks, `run.${runId}.lock`);
}

/** Lock of the process that writes one dataset of a building run. */
export function datasetLockPath(root: string, runId: string, dataset: string): string {
  return join(lakePaths(root).locks, `run.${runId}.${dataset}.lock`);
}

/** Lock of the process that writes events of the history. */
export function historyLockPath(root: string): string {
  return join(lakePaths(root).locks, "history.lock");
}

/** Lock of the process that compares runs. */
export function changesLockPath(root: string): string {
  return join(lakePaths(root).locks, "changes.lock");
}

/** Lock of the process that changes an SQL schema, on any engine. */
export function schemaLockPath(root: string, schema: string): string {
  return join(lakePaths(root).locks, `schema.${schema}.lock`);
}

/** Lock of the process that writes the database file. */
export function duckdbFileLockPath(root: string): string {
  return join(lakePaths(root).locks, "duckdb_file.lock");
}

/** Lock of the process that writes the page of a promoted run. */
export function promotionPageLockPath(root: string): string {
  return join(lakePaths(root).locks, "promotion_page.lock");
}

/** Lock of the process that switches the active link. */
export function promotionLockPath(root: string): string {
  return join(lakePaths(root).locks, "promotion.lock");
}

/** Paths inside a run's directory, building or sealed. */
export const inRun = {
  runFile: (dir: string) => join(dir, "run.json"),
  done: (dir: string) => join(dir, "_done"),
  doneRecord: (dir: string, dataset: string) => join(dir, "_done", `${dataset}.json`),
  checked: (dir: string) => join(dir, "_checked"),
  checkedRecord: (dir: string, dataset: string) => join(dir, "_checked", `${dataset}.json`),
  reports: (dir: string) => join(dir, "_reports"),
  manifest: (dir: string) => join(dir, "manifest.json"),
  /** File of an archived run with the location of its data. */
  archiveRecord: (dir: string) => join(dir, "archive.json"),
} as const;

/** Temporary name for something that is later renamed to `name`: `_tmp.<name>.<pid>`. */
export function temporaryName(name: string): string {
  return `${TEMPORARY_PREFIX}${name}.${process.pid}`;
}

/** Pattern of the Parquet files of a directory. No engine reads names that begin with `.` or `_` as data. */
export const PARQUET_FILES = "[!_.]*.parquet";

/** Whether a name matches {@link PARQUET_FILES}. */
export function isParquetFile(name: string): boolean {
  return /^[^_.].*\.parquet$/s.test(name);
}
