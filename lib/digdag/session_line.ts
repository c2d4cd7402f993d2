import { resolve } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { findDumpMonth } from "../dump/raw_month.ts";
import { kindOf } from "../files/files.ts";
import { parseRunId } from "../files/run_id.ts";
import { requireLake } from "../lake/require_lake.ts";
import type { LaunchContext } from "./execute.ts";
import type { RunArguments } from "./run_arguments.ts";
import type { SessionLine } from "./session.ts";
import { type Workflow, worksOnMonth, worksOnRuns } from "./workflow.ts";

/**
 * The sessions that a run of a workflow belongs to: the lake, and the dump month given or found. ExpectedError if a workflow
 * works on runs and there is no lake.
 */
export async function lineOf(
  workflow: Workflow,
  run: RunArguments,
  { cwd, env }: LaunchContext,
): Promise<SessionLine> {
  const lake = env.DISCOGS_DATA_LAKE;
  if (!lake) {
    throw new ExpectedError("DISCOGS_DATA_LAKE is not set: set it to the lake's directory");
  }
  if ((await kindOf(lake)) === "file") {
    throw new ExpectedError(`DISCOGS_DATA_LAKE is ${lake}, a file, but should be the lake's directory`);
  }
  if (worksOnRuns(workflow)) await requireLake(lake);
  return { lake, workflow: workflow.name, dumpMonth: await dumpMonthOf(workflow, run, cwd, env) };
}

async function dumpMonthOf(workflow: Workflow, run: RunArguments, cwd: string, env: NodeJS.ProcessEnv) {
  const { dump_month, run_id } = run.parameters;
  const given = dump_month || parseRunId(run_id ?? "")?.dumpMonth;
  if (given) return checkedMonth(given);
  if (!worksOnMonth(workflow)) return undefined;
  const rawRoot = rawRootOf(run, cwd, env);
  if (rawRoot === undefined) {
    throw new ExpectedError(
      `${workflow.name}.dig needs a dump month: give -p dump_month=YYYY-MM, or set DISCOGS_RAW (or -p raw_root=DIR)`,
    );
  }
  try {
    return (await findDumpMonth(rawRoot)).month;
  } catch (error) {
    if (run.parameters.do_download !== "true" || !(error instanceof ExpectedError)) throw error;
    throw new ExpectedError(`do_download needs a month, -p dump_month=YYYY-MM: ${error.message}`, {
      cause: error,
    });
  }
}

function checkedMonth(month: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) return month;
  throw new ExpectedError(`dump_month is "${month}", but must be YYYY-MM`);
}

/** Absolute path of the months' dumps; undefined if not given. */
export function rawRootOf(run: RunArguments, cwd: string, env: NodeJS.ProcessEnv): string | undefined {
  const { raw_root } = run.parameters;
  return raw_root ? resolve(cwd, raw_root) : env.DISCOGS_RAW || undefined;
}
