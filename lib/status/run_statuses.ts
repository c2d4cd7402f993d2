import { kindOf } from "../files/files.ts";
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
import type { RunStatus } from "./run_status.ts";
import type { SessionStatus } from "./session_status.ts";

interface Around {
  active: ActiveStatus;
  sessions: readonly SessionStatus[];
}

/** All runs of a lake: those under `_runs`, archived ones, and those known only from records. */
export async function runStatuses(
  lake: string,
  around: Around,
  problems: string[],
): Promise<{ runs: RunStatus[]; ignored: RunList["ignored"] }> {
  const { runs, building, ignored } = await listRuns(lake);
  const found: RunStatus[] = [];
  for (const run of runs) {
    const status = await finishedStatus(lake, run, emptyStatus(run.runId, around));
    // One that was archived meanwhile is found among the archived runs.
    const isGone = status.state === "damaged" && (await kindOf(run.dir)) === undefined;
    if (!isGone) found.push(status);
  }
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

/** Fields common to runs of any state. */
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

/** The runs that were ever active, and those in the registry. */
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
