import { type CommandMain, defineCommand } from "../cli/command.ts";
import { EXIT } from "../cli/errors.ts";
import { kpiOptions, selectedRuns, withHistory } from "./history_command.ts";
import type { HistoryContext } from "./history_schema.ts";
import type { KpiSelection } from "./kpi_runs.ts";
import { type ComputedRuns, printComputed } from "./report_lines.ts";

/** The command that computes a set of KPIs. */
export interface KpiStep {
  /** Path of the script, relative to the project root. */
  name: string;
  summary: string;
  /** Computes a set of KPIs of the selected runs and records them. */
  compute(history: HistoryContext, selection: KpiSelection): Promise<ComputedRuns>;
}

/** The script of a step that computes a set of KPIs. */
export function defineKpiCommand({ name, summary, compute }: KpiStep): CommandMain {
  return defineCommand({
    name,
    summary,
    description: [
      "A run is complete when its status in the registry is ok; --include-active true adds the active run.",
      "Runs are immutable, so only KPIs without a value are computed; --recompute true computes all of them.",
      "A KPI whose query fails is recorded as failed_query with a warning; the others are computed (exit code 0).",
      "A KPI of an optional dataset that the run does not have is recorded likewise, without a warning.",
    ].join("\n"),
    options: kpiOptions,
    async run(context) {
      const selection = { ...selectedRuns(context), recompute: context.options.recompute === "true" };
      printComputed(context, await withHistory(context, (history) => compute(history, selection)));
      return EXIT.ok;
    },
  });
}
