import type { CommandContext } from "../cli/command.ts";
import { lakeOption, type OptionSpecs } from "../cli/options.ts";
import { sessionLimits, sessionOptions } from "../sql/session_options.ts";
import type { HistoryContext } from "./history_schema.ts";
import type { RunSelection } from "./kpi_runs.ts";
import { openEngineWithHistory } from "./open_history.ts";

/** Options of every step of the history. */
export const historyOptions = { lake: lakeOption, ...sessionOptions } as const satisfies OptionSpecs;

/** Options that say which runs KPIs are meant of. */
export const kpiRunOptions = {
  ...historyOptions,
  "only-run-id": { type: "string", value: "RUN_ID", summary: "this run alone (default: every complete one)" },
  "include-active": {
    type: "string",
    choices: ["true", "false"],
    default: "false",
    summary: "the active run as well",
  },
} as const satisfies OptionSpecs;

/** Options of the steps that compute KPIs. */
export const kpiOptions = {
  ...kpiRunOptions,
  recompute: {
    type: "string",
    choices: ["true", "false"],
    default: "false",
    summary: "also KPIs that have been computed before",
  },
} as const satisfies OptionSpecs;

/** Runs a step with the lake's engine, which is closed afterwards. */
export async function withHistory<T>(
  { options, env, log }: CommandContext<typeof historyOptions>,
  step: (context: HistoryContext) => Promise<T>,
): Promise<T> {
  const limits = sessionLimits(options);
  const engine = await openEngineWithHistory(options.lake, limits, { env, log });
  try {
    return await step({ lake: options.lake, engine, log });
  } finally {
    await engine.close();
  }
}

/** The runs that the options of a KPI step ask for. */
export function selectedRuns({ options }: CommandContext<typeof kpiRunOptions>): RunSelection {
  return { onlyRunId: options["only-run-id"], includeActive: options["include-active"] === "true" };
}
