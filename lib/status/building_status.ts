import { allTables } from "../datasets/index.ts";
import { namesIn } from "../files/files.ts";
import { liveOwner } from "../files/lock.ts";
import { buildingDir, datasetLockPath, inRun, runLockPath } from "../files/paths.ts";
import { openBuilding } from "../lake/building.ts";
import { type DoneRecord, datasetName, readDone } from "../lake/done.ts";
import {
  DRIFT_GATE,
  driftGateResult,
  newestReport,
  PARQUET_SANITY,
  parquetSanityResult,
  SANITY_OF_RUN,
  sanityResult,
  type TestResult,
} from "../lake/reports.ts";
import { bytesBelow } from "./file_sizes.ts";
import { checksOf } from "./finished_status.ts";
import { problemText } from "./problem.ts";
import type { Checks, RunStatus } from "./run_status.ts";
import type { SessionStatus } from "./session_status.ts";

/** The state of a run under `_runs/_building.<run id>`. */
export async function buildingStatus(
  lake: string,
  empty: RunStatus,
  sessions: readonly SessionStatus[],
): Promise<RunStatus> {
  const runId = empty.run_id;
  const dir = buildingDir(lake, runId);
  const isRunning = sessions.some(({ run_id, state }) => run_id === runId && state === "running");
  const state = isRunning || isWritten(lake, runId) ? "building" : "unfinished";
  const seen: RunStatus = { ...empty, state, bytes: await bytesBelow(dir) };
  try {
    const { run } = await openBuilding(lake, runId);
    const done = await doneRecords(dir);
    return {
      ...seen,
      dump_month: run.dump_month,
      dump_date: run.dump_date,
      run_mode: run.run_mode,
      started: run.started,
      datasets: done.length,
      rows: done.reduce((sum, { rows }) => sum + rows, 0),
      releases: done.find(({ dataset }) => dataset === "releases_v6")?.rows ?? null,
      checks: await checksSoFar(dir, runId),
    };
  } catch (error) {
    // A process working on it may be sealing it right now.
    return state === "building" ? seen : { ...seen, problem: problemText(error) };
  }
}

function isWritten(lake: string, runId: string): boolean {
  const datasets = allTables.map(({ directory }) => datasetLockPath(lake, runId, datasetName(directory)));
  return [runLockPath(lake, runId), ...datasets].some((path) => liveOwner(path) !== undefined);
}

async function doneRecords(dir: string): Promise<DoneRecord[]> {
  const records: DoneRecord[] = [];
  for (const name of await namesIn(inRun.done(dir))) {
    if (!/^[a-z]\w*\.json$/.test(name)) continue;
    const record = await readDone(dir, name.slice(0, -".json".length));
    if (record !== undefined) records.push(record);
  }
  return records;
}

/** The newest report of each kind, if any. */
async function checksSoFar(dir: string, runId: string): Promise<Checks | null> {
  const anyTime = new Date(0);
  const results: TestResult[] = [];
  if (await newestReport(dir, PARQUET_SANITY)) results.push(await parquetSanityResult(dir, runId, anyTime));
  if (await newestReport(dir, SANITY_OF_RUN)) results.push(await sanityResult(dir, runId));
  if (await newestReport(dir, DRIFT_GATE)) {
    const drift = await driftGateResult(dir, runId, anyTime);
    if (drift !== undefined) results.push(drift.result);
  }
  return results.length === 0 ? null : checksOf(results);
}
