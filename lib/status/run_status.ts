import { BUILDING_PREFIX } from "../files/paths.ts";
import { parseRunId } from "../files/run_id.ts";
import { runRegistryEvents } from "../history/event_tables.ts";
import { readHistory } from "../history/read_history.ts";
import { registeredRuns } from "../history/registered_runs.ts";
import { listArchived } from "../lake/archived.ts";
import { listRuns, type RunList } from "../lake/runs.ts";
import type { ActiveStatus } from "./active_status.ts";
import { buildingStatus } from "./building_status.ts";
import { archivedStatus, finishedStatus } from "./finished_status.ts";
import { orProblem } from "./problem.ts";
import type { SessionStatus } from "./session_status.ts";

/** Checks that were run on a run, and those that were not ok, with their severity: `WARN artists_v1.empty_name`. */
export interface Checks {
  total: number;
  not_ok: string[];
  /** Those that count as a failure and were not let pass. */
  passed: boolean;
}

/** A run as `scripts/status.ts` shows it. */
export interface RunStatus {
  run_id: string;
  /**
   * - `sealed`: whole, by the names and sizes of its files; `original`: of the Python programs, without a manifest
   * - `building`: a process works on it; `unfinished`: none does, it failed or was interrupted
   * - `archived`: its data was moved out of the lake; `missing`: it was there once
   * - `damaged`: `problem` says why
   */
  state: "sealed" | "original" | "building" | "unfinished" | "archived" | "missing" | "damaged";
  is_active: boolean;
  dump_month: string;
  /** `YYYY-MM-DD` */
  dump_date: string | null;
  run_mode: string | null;
  /** Of its files in the lake; of an archived run those elsewhere. */
  bytes: number | null;
  /** Of the releases, and of all datasets. */
  releases: number | null;
  rows: number | null;
  /** How many datasets it has, or, while it is made, how many are done. */
  datasets: number | null;
  started: string | null;
  /** When it was sealed, as its manifest has it. */
  sealed: string | null;
  /** When it was first promoted. */
  promoted: string | null;
  /** Those that it was sealed with, or has had so far. */
  checks: Checks | null;
  /** The newest report of the time when it was active. */
  active_checks: Checks | null;
  /** Steps that failed or were interrupted in the last attempt of its unfinished session. */
  failures: SessionStatus["failures"];
  /** Where the data of an archived run is. */
  archived_to: string | null;
  problem: string | null;
}

interface Around {
  active: ActiveStatus;
  sessions: readonly SessionStatus[];
}

/** Every run of a lake: those under `_runs`, the archived ones, and those that only the records still know. */
export async function runStatuses(
  lake: string,
  around: Around,
  problems: string[],
): Promise<{ runs: RunStatus[]; ignored: RunList["ignored"] }> {
  const { runs, building, ignored } = await listRuns(lake);
  const found: RunStatus[] = [];
  for (const run of runs) found.push(await finishedStatus(run, emptyStatus(run.runId, around)));
  for (const runId of building)
    found.push(await buildingStatus(lake, emptyStatus(runId, around), around.sessions));
  for (const run of await listArchived(lake))
    found.push(await archivedStatus(lake, run, emptyStatus(run.runId, around)));
  const there = new Set(found.map(({ run_id }) => run_id));
  for (const runId of await knownRuns(lake, around.active, problems)) {
    if (!there.has(runId)) found.push({ ...emptyStatus(runId, around), state: "missing" });
  }
  for (const run of found) problems.push(...problemsOf(run));
  const others = ignored.filter(
    ({ name }) => !building.some((runId) => name === `${BUILDING_PREFIX}${runId}`),
  );
  return { runs: found.sort((a, b) => (a.run_id < b.run_id ? -1 : 1)), ignored: others };
}

function problemsOf({
  run_id: runId,
  problem,
  is_active: isActive,
  active_checks: checks,
}: RunStatus): string[] {
  const failed = isActive && checks?.passed === false ? checks.not_ok : [];
  return [
    ...(problem === null ? [] : [`run ${runId}: ${problem}`]),
    ...(failed.length === 0 ? [] : [`run ${runId}: checks of the active run failed: ${failed.join(", ")}`]),
  ];
}

/** What is the same for a run of any state. */
function emptyStatus(runId: string, { active, sessions }: Around): RunStatus {
  const promoted = active.history.find(({ run_id }) => run_id === runId)?.time ?? null;
  return {
    run_id: runId,
    state: "missing",
    is_active: active.run_id === runId,
    dump_month: parseRunId(runId)?.dumpMonth ?? "",
    dump_date: null,
    run_mode: null,
    bytes: null,
    releases: null,
    rows: null,
    datasets: null,
    started: null,
    sealed: null,
    promoted,
    checks: null,
    active_checks: null,
    failures: sessions.filter(({ run_id }) => run_id === runId).flatMap(({ failures }) => failures),
    archived_to: null,
    problem: null,
  };
}

/** The runs that were active once, and those of the registry. */
async function knownRuns(lake: string, active: ActiveStatus, problems: string[]): Promise<Set<string>> {
  const registered = await orProblem(problems, [], async () => {
    return (await readHistory(lake, [runRegistryEvents], registeredRuns)) ?? [];
  });
  const known = [
    ...active.history.flatMap(({ run_id, previous }) => (previous === null ? [run_id] : [run_id, previous])),
    ...registered.map(({ runId }) => runId),
  ];
  return new Set(known.filter((runId) => parseRunId(runId) !== undefined));
}
