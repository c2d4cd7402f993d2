import { CheckFailedError, ExpectedError } from "../cli/errors.ts";
import { parseRunId } from "../files/run_id.ts";
import { listRuns } from "../lake/runs.ts";
import { requireActiveRun } from "../promotion/active.ts";
import { runsOnceActive } from "../promotion/once_active.ts";
import { requireFinishedRun } from "../promotion/promotable.ts";
import type { RunPair } from "./compared.ts";

/** The requested runs; omitted ones are chosen automatically. */
export interface AskedPair {
  fromRun: string | undefined;
  toRun: string | undefined;
}

/**
 * The two runs to compare: `to` is by default the active run, `from` the promoted run before it, by dump month, then by run id.
 * @throws ExpectedError when a run is not in the lake, or there is none before
 */
export async function pairOf(lake: string, { fromRun, toRun }: AskedPair): Promise<RunPair> {
  const to = toRun === undefined ? await requireActiveRun(lake) : await requireFinishedRun(lake, toRun);
  const from =
    fromRun === undefined ? await promotedBefore(lake, to.runId) : await requireFinishedRun(lake, fromRun);
  if (from.runId !== to.runId) return { from: place(from), to: place(to) };
  throw new ExpectedError(
    `run ${to.runId} can't be compared with itself: choose another --from-run or --to-run ` +
      "(compare_months.dig: -p from_run=RUN_ID or -p to_run=RUN_ID)",
  );
}

async function promotedBefore(lake: string, runId: string) {
  const before = (await promotedRuns(lake)).filter((run) => run.runId < runId).at(-1);
  if (before !== undefined) return before;
  throw new CheckFailedError(
    `there is nothing to compare run ${runId} with: no run before it that was promoted is in the lake; name one with ` +
      "--from-run RUN_ID (compare_months.dig: -p from_run=RUN_ID)",
  );
}

/** The promoted runs whose data is in the lake, by dump month, then by run id, with which run ids begin. */
async function promotedRuns(lake: string) {
  const promoted = await runsOnceActive(lake);
  return (await listRuns(lake)).runs.filter(({ runId }) => promoted.has(runId));
}

/**
 * The pairs of consecutive promoted months in the lake. Of a month with several promoted runs, the one that was active last
 * counts, as on the report page.
 */
export async function monthPairs(lake: string): Promise<RunPair[]> {
  const there = new Map((await listRuns(lake)).runs.map((run) => [run.runId, place(run)]));
  const byMonth = new Map<string | undefined, RunPair["from"]>();
  for (const runId of await runsOnceActive(lake)) {
    const [run, month] = [there.get(runId), parseRunId(runId)?.dumpMonth];
    if (run !== undefined && !byMonth.has(month)) byMonth.set(month, run);
  }
  const runs = [...byMonth.values()].sort((a, b) => (a.runId < b.runId ? -1 : 1));
  return runs.slice(1).map((to, index) => ({ from: runs[index] ?? to, to }));
}

const place = ({ runId, dir }: { runId: string; dir: string }) => ({ runId, dir });
