import type { SessionStatus } from "./session_status.ts";

/** The checks of a run, and those that were not ok, with severity: `WARN artists_v1.empty_name`. */
export interface Checks {
  total: number;
  not_ok: string[];
  /** The failed ones that were not accepted. */
  passed: boolean;
}

/** A run as shown by `scripts/status.ts`. */
export interface RunStatus {
  run_id: string;
  /**
   * - `sealed`: whole, by the names and sizes of its files; `original`: of the Python programs, without a manifest
   * - `building`: a process is working on it; `unfinished`: it failed or was interrupted
   * - `archived`: its data was moved out of the lake; `missing`: it is gone
   * - `damaged`: `problem` has the reason
   */
  state: "sealed" | "original" | "building" | "unfinished" | "archived" | "missing" | "damaged";
  is_active: boolean;
  dump_month: string;
  /** `YYYY-MM-DD` */
  dump_date: string | null;
  run_mode: string | null;
  /** Size of its files in the lake or, for an archived run, in the archive. */
  bytes: number | null;
  /** Rows of the releases, and of all datasets. */
  releases: number | null;
  rows: number | null;
  /** Number of datasets, or of finished ones while it is built. */
  datasets: number | null;
  started: string | null;
  /** When it was sealed, according to its manifest. */
  sealed: string | null;
  /** When it was first promoted. */
  promoted: string | null;
  /** The checks that it was sealed with, or has had so far. */
  checks: Checks | null;
  /** The newest report from when it was active. */
  active_checks: Checks | null;
  /** Steps that failed or were interrupted in the last attempt of its unfinished session. */
  failures: SessionStatus["failures"];
  /** Where the data of an archived run is. */
  archived_to: string | null;
  problem: string | null;
}
