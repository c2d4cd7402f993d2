import { ExpectedError, oneLine } from "../cli/errors.ts";
import { NotPublishedError } from "../download/remote_month.ts";
import { areCurrent, publishedDumps } from "../preflight/current_sources.ts";
import { sealedAlready } from "../preflight/sealed_already.ts";
import { namedRun, readActive } from "../promotion/active.ts";
import { unfinishedSession } from "./choose_session.ts";
import type { LaunchContext } from "./execute.ts";
import type { RunArguments } from "./run_arguments.ts";
import { sessionsOf } from "./session.ts";
import { lineOf, rawRootOf } from "./session_line.ts";
import { isOwnWorkflow, type Workflow } from "./workflow.ts";

/**
 * The reason why a workflow with `if_new=true` has nothing to do: the month is already sealed with the same sources and code,
 * or, if it would be downloaded, not yet published. Undefined if it has to run. An unfinished session of the same command is
 * always resumed.
 */
export async function nothingNew(
  workflow: Workflow,
  run: RunArguments,
  context: LaunchContext,
): Promise<string | undefined> {
  const { parameters } = run;
  if (!isOwnWorkflow(workflow) || parameters.if_new !== "true") return undefined;
  const line = await lineOf(workflow, run, context);
  const { lake, dumpMonth: month } = line;
  const rawRoot = rawRootOf(run, context.cwd, context.env);
  if (month === undefined || rawRoot === undefined)
    throw new ExpectedError("if_new needs raw_root, or DISCOGS_RAW");
  const request = { line, project: workflow.project, parameters, rawRoot };
  if (unfinishedSession(await sessionsOf(line), request) !== undefined) return undefined;
  try {
    const places = { rawRoot, month, ...(await sourcesOf(month, run, context)), log: context.log };
    const sealed = await sealedAlready(lake, {
      month,
      datasets: parameters.datasets || "all",
      removesControlCharacters: parameters.remove_control_characters === "true",
      hasSources: (sources) => areCurrent(sources, places),
    });
    return sealed === undefined
      ? undefined
      : sealedText(month, sealed.runId, namedRun(await readActive(lake)));
  } catch (error) {
    if (!(error instanceof NotPublishedError)) throw error;
    return `nothing new: ${oneLine(error)}`;
  }
}

async function sourcesOf(month: string, { parameters }: RunArguments, { env, log }: LaunchContext) {
  const downloads = parameters.do_download === "true";
  return {
    published: downloads ? await publishedDumps(month, env, log) : undefined,
    collection: env.DISCOGS_COLLECTION_JSON || undefined,
  };
}

function sealedText(month: string, runId: string, active: string | undefined): string {
  const state =
    runId === active ? "which is active" : `which is not active (promote it with bin/lake promote ${runId})`;
  return `nothing new: ${month} is already sealed with the same sources and code as run ${runId}, ${state}`;
}
