import { ExpectedError } from "../cli/errors.ts";
import { parseRunId } from "../files/run_id.ts";
import { type ActiveState, namedRun } from "./active.ts";

/**
 * Refuses to promote a run of an older month than the active run's. Runs of one month may follow each other in any
 * order: they come from the same dump, and their times do not tell which is better.
 * @throws ExpectedError that names both runs
 */
export function refuseOlderMonth(runId: string, active: ActiveState): void {
  const current = namedRun(active);
  const activeMonth = current === undefined ? undefined : parseRunId(current)?.dumpMonth;
  const month = parseRunId(runId)?.dumpMonth;
  if (activeMonth === undefined || month === undefined || month >= activeMonth) return;
  throw new ExpectedError(
    `run ${runId} is of ${month}, an older month than that of the active run ${current}: promote it with ` +
      "--allow-older (workflows: -p allow_older=true), or go back with bin/lake rollback",
  );
}
