import { ExpectedError } from "../cli/errors.ts";
import { listArchived } from "../lake/archived.ts";
import { meantRun, runIdsIn } from "../lake/likely_run.ts";
import { runId as runIdRule } from "../parameters/rules.ts";
import { workflowParameters } from "../parameters/workflows.ts";

/** Whether a workflow of the project begins the run that its parameters name, if there is none yet. */
function beginsRun(workflow: string): boolean {
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
): Promise<string | undefined> {
  const wanted = runIdsGiven(workflow, parameters);
  if (wanted.length === 0) return undefined;
  const known = new Set([...(await runIdsIn(lake)), ...(await listArchived(lake)).map(({ runId }) => runId)]);
  return wanted.find((each) => !known.has(each));
}

/** ExpectedError when a workflow's parameter names a run that isn't in the lake, unless the workflow would begin it. */
export async function requireNamedRun(
  lake: string,
  workflow: string,
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  const missing = beginsRun(workflow) ? undefined : await missingRun(lake, workflow, parameters);
  if (missing === undefined) return;
  const meant = (await meantRun(lake, missing)) || "; bin/lake status lists the runs";
  throw new ExpectedError(`there is no run ${missing} in ${lake}${meant}`);
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
