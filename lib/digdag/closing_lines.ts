import { wasInterrupted } from "../cli/interrupt.ts";
import { kindOf } from "../files/files.ts";
import { buildingDir, sealedDir } from "../files/paths.ts";
import type { Intent } from "../promotion/promotions.ts";
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
  /** The last switch of `active` on record. */
  lastSwitch: Pick<Intent, "action" | "run_id" | "previous"> | undefined;
  /** Whether the run was promoted at some time, even if another one has replaced it since. */
  wasActive: boolean;
  /** The given command, for a shell. */
  command: string;
}

const PROMOTING = new Set(["main", "promote", "rollback"]);

/**
 * The closing lines of a workflow: the run and its state, the active run and why it changed or did not, and the next command,
 * if one follows from what the workflow did.
 */
export async function closingLines(ending: Ending): Promise<string[]> {
  const state = ending.runId === undefined ? undefined : await stateOf(ending.lake, ending.runId);
  const next = nextStep(ending, state);
  return [runLine(ending, state), activeLine(ending), ...(next === undefined ? [] : [`next: ${next}`])];
}

type RunState = "sealed" | "unfinished" | "not begun";

async function stateOf(lake: string, runId: string): Promise<RunState> {
  if ((await kindOf(sealedDir(lake, runId))) !== undefined) return "sealed";
  return (await kindOf(buildingDir(lake, runId))) === undefined ? "not begun" : "unfinished";
}

function runLine(ending: Ending, state: RunState | undefined): string {
  const { workflow, runId, exit, failed } = ending;
  const names = [...new Set(failed.map(({ step }) => step))].join(", ");
  const where = names === "" ? `, exit ${exit}` : ` in ${names}`;
  const how = exit === 0 ? "succeeded" : wasInterrupted(exit) ? "was interrupted" : `failed${where}`;
  const isShown = runId !== undefined && state !== "not begun" && !isOfActiveLine(ending);
  return `${workflow}.dig ${how}${isShown ? `: run ${runId} is ${state}` : ""}`;
}

/** Whether the line of the active run is about this run, of which the workflow has changed nothing else. */
function isOfActiveLine({ workflow, runId, exit, active }: Ending): boolean {
  return exit === 0 && runId === active && (workflow === "promote" || workflow === "rollback");
}

function activeLine(ending: Ending): string {
  const { active, activeBefore, lastSwitch, runId } = ending;
  if (wasRolledBack(ending)) return `active: ${active}, rolled back from run ${runId}`;
  if (active !== activeBefore) {
    const how = lastSwitch?.action === "rollback" ? "rolled back" : "promoted";
    return `active: ${active ?? "no run"}, ${how} (before: ${activeBefore ?? "none"})`;
  }
  const what = active === undefined ? "no run yet" : `still ${active}`;
  return `active: ${what}, ${whyNotMoved(ending)}`;
}

/** Whether a failed check of the active run made the workflow go back from it (auto_rollback). */
function wasRolledBack({ workflow, exit, runId, active, lastSwitch }: Ending): boolean {
  if (exit === 0 || workflow === "rollback" || runId === undefined || lastSwitch?.action !== "rollback")
    return false;
  return lastSwitch.previous === runId && lastSwitch.run_id === active;
}

function whyNotMoved({ workflow, parameters, exit, active, runId }: Ending): string {
  if (!PROMOTING.has(workflow)) return `${workflow}.dig does not change it`;
  if (parameters.dry_run === "true") return "dry_run=true changes nothing";
  const wanted = parameters.promote_run_id || parameters.rollback_run_id || runId;
  if (wanted !== undefined && wanted === active) return "it was already active";
  if (exit !== 0) return "the workflow ended before changing it";
  if (workflow === "rollback") return "it was already active";
  if (parameters.run_mode !== "prod") return "main.dig promotes only with run_mode=prod";
  return "allow_promote=false";
}

function nextStep(ending: Ending, state: RunState | undefined): string | undefined {
  const { workflow, parameters, runId, exit, active, wasActive, command } = ending;
  if (wasInterrupted(exit)) return `${command}   (resumes)`;
  if (wasRolledBack(ending))
    return `find the cause, then bin/digdag run promote.dig -p promote_run_id=${runId}`;
  if (exit !== 0) return `fix the reported error, then ${command}   (resumes)`;
  if (parameters.dry_run === "true") return command.replace(/ -p dry_run=true\b/, "");
  const step = STEPS_OF_A_RUN[workflow];
  const makesRun = step !== undefined || PROMOTING.has(workflow);
  if (makesRun && state === "sealed" && runId !== active && !wasActive) {
    return `bin/digdag run promote.dig -p promote_run_id=${runId}`;
  }
  if (PROMOTING.has(workflow)) return "bin/digdag run history_pipeline.dig";
  return step !== undefined && runId !== undefined ? step(runId) : OTHER_STEPS[workflow]?.(parameters);
}

/** The next step after a workflow that does a part of main.dig. */
const STEPS_OF_A_RUN: Readonly<Record<string, (runId: string) => string>> = {
  preflight: (runId) => `bin/digdag run ingest.dig -p run_id=${runId}`,
  ingest_releases: (runId) => `bin/digdag run ingest.dig -p run_id=${runId}`,
  ingest_other_dumps: (runId) => `bin/digdag run ingest.dig -p run_id=${runId}`,
  ingest: (runId) => `bin/digdag run build.dig -p run_id=${runId}`,
  build_from_artists: (runId) => `bin/digdag run build.dig -p run_id=${runId}`,
  build_from_releases: (runId) => `bin/digdag run build.dig -p run_id=${runId}`,
  build: (runId) => `bin/digdag run tests_parquet_run.dig -p run_id=${runId}`,
  tests_parquet_run: (runId) => `bin/lake seal_run ${runId}`,
};

/** The next step after other workflows; the rest, e.g. a query, have none. */
const OTHER_STEPS: Readonly<Record<string, (parameters: Ending["parameters"]) => string>> = {
  download: ({ dump_month }) => `bin/digdag run main.dig${dump_month ? ` -p dump_month=${dump_month}` : ""}`,
  register_run_schema: () => "bin/digdag run reconcile_register.dig",
  reconcile_register: () => "bin/digdag run compute_kpis.dig",
  update_run_registry: () => "bin/digdag run compute_kpis.dig",
  compute_kpis: () => "bin/digdag run export_history_csv.dig",
  compare_months: () => 'bin/lake query "SELECT * FROM hive.discogs_history.change_counts_latest"',
  history_pipeline: () => 'bin/lake query "SELECT * FROM hive.discogs_history.run_registry_latest"',
};
