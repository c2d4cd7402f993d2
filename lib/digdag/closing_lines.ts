import { wasInterrupted } from "../cli/interrupt.ts";
import { kindOf } from "../files/files.ts";
import { buildingDir, sealedDir } from "../files/paths.ts";
import type { Failure } from "./stage_times.ts";

/** How a workflow of the project ended. */
export interface Ending {
  lake: string;
  workflow: string;
  parameters: Readonly<Record<string, string>>;
  /** The run that it made or worked on, if known. */
  runId: string | undefined;
  exit: number;
  failed: readonly Failure[];
  /** The active run before it began, and now. */
  activeBefore: string | undefined;
  active: string | undefined;
  /** The given command, for a shell. */
  command: string;
}

const PROMOTING = new Set(["main", "promote", "rollback"]);

/**
 * The three closing lines of a workflow: the run and its state, the active run and why it changed or did not, and the next
 * command.
 */
export async function closingLines(ending: Ending): Promise<[string, string, string]> {
  const state = ending.runId === undefined ? undefined : await stateOf(ending.lake, ending.runId);
  return [runLine(ending, state), activeLine(ending), `next: ${nextStep(ending, state)}`];
}

type RunState = "sealed" | "unfinished" | "not begun";

async function stateOf(lake: string, runId: string): Promise<RunState> {
  if ((await kindOf(sealedDir(lake, runId))) !== undefined) return "sealed";
  return (await kindOf(buildingDir(lake, runId))) === undefined ? "not begun" : "unfinished";
}

function runLine({ workflow, runId, exit, failed }: Ending, state: RunState | undefined): string {
  const names = [...new Set(failed.map(({ task }) => task))].join(", ");
  const where = names === "" ? `, exit ${exit}` : ` in ${names}`;
  const how = exit === 0 ? "succeeded" : wasInterrupted(exit) ? "was interrupted" : `failed${where}`;
  const run = runId === undefined || state === "not begun" ? "" : `: run ${runId} is ${state}`;
  return `${workflow}.dig ${how}${run}`;
}

function activeLine(ending: Ending): string {
  const { active, activeBefore, workflow } = ending;
  if (active !== activeBefore) {
    const how = workflow === "rollback" ? "rolled back" : "promoted";
    return `active: ${active ?? "no run"}, ${how} (before: ${activeBefore ?? "none"})`;
  }
  const what = active === undefined ? "no run yet" : `still ${active}`;
  return `active: ${what}, ${whyNotMoved(ending)}`;
}

function whyNotMoved({ workflow, parameters, exit, active, runId }: Ending): string {
  if (!PROMOTING.has(workflow)) return `${workflow}.dig does not change it`;
  if (parameters.dry_run === "true") return "dry_run=true changes nothing";
  const wanted = parameters.promote_run_id || parameters.rollback_run_id || runId;
  if (wanted !== undefined && wanted === active) return "it was already active";
  if (exit !== 0) return "the workflow ended before changing it";
  if (parameters.run_mode !== "prod") return "main.dig promotes only with run_mode=prod";
  return "allow_promote=false";
}

function nextStep({ workflow, parameters, runId, exit, active, command }: Ending, state?: RunState): string {
  if (wasInterrupted(exit)) return `${command}   (resumes)`;
  if (exit !== 0) return `fix the reported error, then ${command}   (resumes)`;
  if (parameters.dry_run === "true") return command.replace(/ -p dry_run=true\b/, "");
  if (state === "sealed" && runId !== active) return `bin/digdag run promote.dig -p promote_run_id=${runId}`;
  if (PROMOTING.has(workflow)) return "bin/digdag run history_pipeline.dig";
  const step = STEPS_OF_A_RUN[workflow];
  return step !== undefined && runId !== undefined ? step(runId) : ASK;
}

const ASK = 'bin/lake query "SELECT * FROM hive.discogs_history.run_registry_latest"';

/** The next step after a workflow that does a part of main.dig. */
const STEPS_OF_A_RUN: Readonly<Record<string, (runId: string) => string>> = {
  preflight: (runId) => `bin/digdag run ingest.dig -p run_id=${runId}`,
  ingest: (runId) => `bin/digdag run build.dig -p run_id=${runId}`,
  build: (runId) => `bin/digdag run tests_parquet_run.dig -p run_id=${runId}`,
  tests_parquet_run: (runId) => `bin/lake seal_run ${runId}`,
};
