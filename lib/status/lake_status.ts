import { lakePaths } from "../files/paths.ts";
import { requireLake } from "../lake/require_lake.ts";
import type { RunList } from "../lake/runs.ts";
import { type ActiveStatus, activeStatus } from "./active_status.ts";
import { type DiskStatus, diskStatus } from "./disk_status.ts";
import { findUnreadableRecords } from "./record_problems.ts";
import type { RunStatus } from "./run_status.ts";
import { runStatuses } from "./run_statuses.ts";
import { type SessionStatus, sessionStatuses } from "./session_status.ts";

/**
 * The state of a lake, as printed by `scripts/status.ts --json`. Names and meanings of fields are stable; fields may be added.
 * Times are ISO 8601 in UTC, sizes are bytes, and null means "none" or "unknown".
 */
export interface LakeStatus {
  version: 1;
  lake: string;
  /** Time of the report. */
  time: string;
  active: ActiveStatus;
  /** Sorted by run id, oldest month first. */
  runs: RunStatus[];
  /** Sessions of workflows that are running, failed or were interrupted. */
  sessions: SessionStatus[];
  /** Other entries of `_runs`, each with the reason why it is not a run. */
  ignored: RunList["ignored"];
  disk: DiskStatus;
  /** Problems that need attention, one line each. */
  problems: string[];
}

/** Options of a report on a lake's state. */
export interface StatusRequest {
  lake: string;
  /** Directory of the dumps, if known. */
  rawRoot: string | undefined;
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/** Examines a lake without changing it. Anything unreadable is a problem. ExpectedError if there is no lake. */
export async function lakeStatus(request: StatusRequest): Promise<LakeStatus> {
  const { lake } = request;
  await requireLake(lake);
  const problems: string[] = [];
  const active = await activeStatus(lake, problems);
  const sessions = await sessionStatuses(request, problems);
  const { runs, ignored } = await runStatuses(lake, { active, sessions }, problems);
  await findUnreadableRecords(lake, problems);
  const disk = await diskStatus(request, runs, problems);
  const { root } = lakePaths(lake);
  return {
    version: 1,
    lake: root,
    time: new Date().toISOString(),
    active,
    runs,
    sessions,
    ignored,
    disk,
    problems,
  };
}
