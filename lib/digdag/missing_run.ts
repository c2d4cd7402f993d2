import { listArchived } from "../lake/archived.ts";
import { likelyRun, meantRun, runIdsIn } from "../lake/likely_run.ts";
import { runId as runIdRule } from "../parameters/rules.ts";
import { workflowParameters } from "../parameters/workflows.ts";

/** A run that was asked for but isn't in the lake. */
export interface MissingRun {
  runId: string;
  /** The run that was probably meant. */
  meant: string | undefined;
}

/** Whether a workflow of the project begins the run that its parameters name, if there is none yet. */
export function beginsRun(workflow: string): boolean {
  const takes = workflowParameters[workflow]?.takes ?? {};
  return takes.dump_month !== undefined && takes.run_mode !== undefined;
}

/**
 * The run that a parameter of one of the project's workflows names, if the lake has no such run, not even an archived one;
 * undefined if it has it, or none is named.
 */
export async function missingRun(
  lake: string,
  workflow: string,
  parameters: Readonly<Record<string, string>>,
): Promise<MissingRun | undefined> {
  const wanted = runIdsGiven(workflow, parameters);
  if (wanted.length === 0) return undefined;
  const ids = await runIdsIn(lake);
  const known = new Set([...ids, ...(await listArchived(lake)).map(({ runId }) => runId)]);
  const runId = wanted.find((each) => !known.has(each));
  return runId === undefined ? undefined : { runId, meant: likelyRun(runId, ids) };
}

/** `; did you mean X?` for a parameter that should be a run id but isn't, or nothing. */
export async function meantRunId(
  lake: string | undefined,
  workflow: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const wrong = runIdsGiven(workflow, parameters).find((given) => !runIdRule.allows(given));
  return lake === undefined || lake === "" || wrong === undefined ? "" : meantRun(lake, wrong);
}

/** The values of the parameters that take a run id. */
function runIdsGiven(workflow: string, parameters: Readonly<Record<string, string>>): string[] {
  const takes = Object.entries(workflowParameters[workflow]?.takes ?? {});
  return takes.flatMap(([key, { rule }]) => (rule === runIdRule ? parameters[key] || [] : []));
}
