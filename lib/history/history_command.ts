import type { CommandContext } from "../cli/command.ts";
import { lakeOption, type OptionSpecs } from "../cli/options.ts";
import { requireLake } from "../lake/require_lake.ts";
import { sessionLimits, sessionOptions } from "../sql/session_options.ts";
import type { HistoryContext } from "./history_schema.ts";
import type { RunSelection } from "./kpi_runs.ts";
import { openEngineWithHistory } from "./open_history.ts";

/** Options of every history step. */
export const historyOptions = { lake: lakeOption, ...sessionOptions } as const satisfies OptionSpecs;

/** Options that say which runs KPIs are meant of. */
export const kpiRunOptions = {
  ...historyOptions,
  "only-run-id": { type: "string", value: "RUN_ID", summary: "only this run (default: every complete run)" },
  "include-active": {
    type: "string",
    choices: ["true", "false"],
    default: "false",
    summary: "include the active run",
  },
} as const satisfies OptionSpecs;

/** Options of the steps that compute KPIs. */
export const kpiOptions = {
  ...kpiRunOptions,
  recompute: {
    type: "string",
    choices: ["true", "false"],
    default: "false",
    summary: "also recompute existing KPIs",
  },
} as const satisfies OptionSpecs;

/** Runs a step on the lake's engine and closes it afterwards. ExpectedError if there is no lake. */
export async function withHistory<T>(
  { options, env, log }: CommandContext<typeof historyOptions>,
  step: (context: HistoryContext) => Promise<T>,
): Promise<T> {
  await requireLake(options.lake);
  const limits = sessionLimits(options);
  const engine = await openEngineWithHistory(options.lake, limits, { env, log });
  try {
    return await step({ lake: options.lake, engine, log });
  } finally {
    await engine.close();
  }
}

/** The runs selected by the options of a KPI step. */
export function selectedRuns({ options }: CommandContext<typeof kpiRunOptions>): RunSelection {
  return { onlyRunId: options["only-run-id"], includeActive: options["include-active"] === "true" };
}
