import { counted } from "../cli/amounts.ts";
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
  /** How many more were computed earlier. */
  kept: number;
}

/** What a step has computed, and the ids of the runs for which there was nothing to compute. */
export interface ComputedRuns {
  runs: readonly ComputedRun[];
  unchanged: readonly string[];
}

/**
 * Reports for each run how many KPIs are ok, how many are not applicable and how many were computed earlier, and how many runs
 * had nothing to compute. Failures are warnings and come last.
 */
export function printComputed(
  { log, print, summarize }: Pick<CommandContext<OptionSpecs>, "log" | "print" | "summarize">,
  { runs, unchanged }: ComputedRuns,
): void {
  if (runs.length + unchanged.length === 0) print("no complete runs: nothing to compute");
  const ok = runs.reduce((sum, { kpis }) => sum + namesOf(kpis.filter(isOk)).length, 0);
  const before = unchanged.length === 0 ? "" : `, ${counted(unchanged.length, "run")} up to date`;
  summarize(
    runs.length === 0
      ? `no KPIs to compute${before}`
      : `${counted(ok, "KPI")} computed for ${counted(runs.length, "run")}${before}`,
  );
  for (const { runId, kpis, kept } of runs) {
    const without = namesOf(kpis.filter(isNotApplicable)).length;
    const rest = [
      ...(without === 0 ? [] : [`${without} not applicable to its datasets`]),
      ...(kept === 0 ? [] : [`${kept} computed earlier`]),
    ];
    print([`run ${runId}: ${namesOf(kpis.filter(isOk)).length} KPIs ok`, ...rest].join(", "));
  }
  if (unchanged.length > 0) {
    const which = unchanged.length === 1 ? `run ${unchanged[0]}` : counted(unchanged.length, "run");
    print(`${which}: all KPIs are up to date (recompute=true recomputes them)`);
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
