import { ExpectedError } from "../cli/errors.ts";
import { kindOf } from "../files/files.ts";
import { lakePaths } from "../files/paths.ts";
import type { RunList } from "../lake/runs.ts";
import { type ActiveStatus, activeStatus } from "./active_status.ts";
import { type DiskStatus, diskStatus } from "./disk_status.ts";
import { type RunStatus, runStatuses } from "./run_status.ts";
import { type SessionStatus, sessionStatuses } from "./session_status.ts";

/**
 * The state of a lake, which `scripts/status.ts --json` prints as it is. Names and meanings of its fields stay; fields
 * may be added. Times are ISO 8601 in UTC, sizes are bytes, and null is "none" or "not known".
 */
export interface LakeStatus {
  version: 1;
  lake: string;
  /** When it was looked at. */
  time: string;
  active: ActiveStatus;
  /** Sorted by run id, the oldest month first. */
  runs: RunStatus[];
  /** Sessions of workflows that run, failed or were interrupted. */
  sessions: SessionStatus[];
  /** What else is in `_runs`, each with the reason why it is not a run. */
  ignored: RunList["ignored"];
  disk: DiskStatus;
  /** What somebody has to look at, one line each. */
  problems: string[];
}

/** What a report on a lake's state takes. */
export interface StatusRequest {
  lake: string;
  /** Directory of the dumps, where it is known. */
  rawRoot: string | undefined;
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/**
 * Looks at a lake and changes nothing in it. What can't be read is one of the problems. ExpectedError where there is no
 * lake.
 */
export async function lakeStatus(request: StatusRequest): Promise<LakeStatus> {
  const { lake } = request;
  await requireLake(lake);
  const problems: string[] = [];
  const active = await activeStatus(lake, problems);
  const sessions = await sessionStatuses(request, problems);
  const { runs, ignored } = await runStatuses(lake, { active, sessions }, problems);
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

async function requireLake(lake: string): Promise<void> {
  if ((await kindOf(`${lake}/.`)) !== "directory") {
    throw new ExpectedError(`there is no lake ${lake}: main.dig makes it with its first run`);
  }
  const { runs, meta } = lakePaths(lake);
  const isLake = (await kindOf(`${runs}/.`)) === "directory" || (await kindOf(`${meta}/.`)) === "directory";
  if (!isLake) throw new ExpectedError(`${lake} is not a lake: it has neither _runs/ nor _meta/`);
}
