import { counted, countText } from "../cli/amounts.ts";
import type { CommandContext } from "../cli/command.ts";
import type { OptionSpecs } from "../cli/options.ts";
import { alignedTable } from "../cli/table.ts";
import type { FailedKpi } from "./failed_kpis.ts";
import { isNotApplicable } from "./run_kpis.ts";
import type { Observation } from "./run_states.ts";

/** The result of reconciling as table lines, then a line for each name that is not a finished run. */
export function observationLines({ states, ignored }: Observation): string[] {
  const rows = states.map(({ runId, status, details }) => [runId, status, details ?? ""]);
  const table = rows.length === 0 ? ["no runs"] : alignedTable([["run_id", "status", "details"], ...rows]);
  return [...table, ...ignored.map(({ name, reason }) => `ignored: ${name}: ${reason}`)];
}

/** The number of runs by status: `2 ok, 1 skipped_active`. */
export function observationSummary({ states }: Observation): string {
  const statuses = [...new Set(states.map(({ status }) => status))].sort();
  const counts = statuses.map(
    (status) => `${states.filter((state) => state.status === status).length} ${status}`,
  );
  return counts.length === 0 ? "no runs" : `runs: ${counts.join(", ")}`;
}

interface ComputedKpi {
  name: string;
  status: string;
  details: string | null;
}

/** A run and its computed KPIs; all rows of a ranking have the same name. */
export interface ComputedRun {
  runId: string;
  kpis: readonly ComputedKpi[];
}

/** Reports for each run how many KPIs are ok and how many are not applicable. Failures are warnings and come last. */
export function printComputed(
  { log, print, summarize }: Pick<CommandContext<OptionSpecs>, "log" | "print" | "summarize">,
  runs: readonly ComputedRun[],
): void {
  if (runs.length === 0) print("no complete runs: nothing to compute");
  const ok = runs.reduce((sum, { kpis }) => sum + namesOf(kpis.filter(isOk)).length, 0);
  summarize(`${countText(ok)} KPIs ok of ${counted(runs.length, "run")}`);
  for (const { runId, kpis } of runs) {
    const without = namesOf(kpis.filter(isNotApplicable)).length;
    const rest = without === 0 ? "" : `, ${without} not applicable to its datasets`;
    print(`run ${runId}: ${namesOf(kpis.filter(isOk)).length} KPIs ok${rest}`);
  }
  for (const { runId, kpis } of runs) {
    const failures = kpis.filter((kpi) => !isOk(kpi) && !isNotApplicable(kpi));
    const failed = namesOf(failures);
    const reason = failures[0]?.details;
    if (failed.length > 0)
      log.warn(`run ${runId}: ${failed.length} KPIs failed: ${failed.join(", ")}: ${reason}`);
  }
}

const isOk = ({ status }: ComputedKpi) => status === "ok";

function namesOf(kpis: readonly ComputedKpi[]): string[] {
  return [...new Set(kpis.map(({ name }) => name))];
}

/** A line for each run whose last computation failed for some KPIs: which have no value, and which an older one. */
export function failureLines(failed: readonly FailedKpi[]): string[] {
  const runIds = [...new Set(failed.map(({ runId }) => runId))];
  return runIds.map((runId) =>
    failureLine(
      runId,
      failed.filter((kpi) => kpi.runId === runId),
    ),
  );
}

function failureLine(runId: string, failed: readonly FailedKpi[]): string {
  const listed = failed.map(({ name, valueFrom }) =>
    valueFrom === undefined ? name : `${name} (keeping the value of ${valueFrom.toISOString()})`,
  );
  return `run ${runId}: ${failed.length} KPIs failed when last computed: ${listed.join(", ")}`;
}
