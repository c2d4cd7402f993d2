import { relative, resolve } from "node:path";
import { shellWord } from "../cli/shell_words.ts";
import { inProject, workflowFolders } from "../digdag/places.ts";
import type { SessionRecord } from "../digdag/session.ts";
import { kindOf } from "../files/files.ts";
import { sealedDir } from "../files/paths.ts";
import { projectRoot } from "../files/project_root.ts";

/** The lake, and where a command for it would be entered. */
export interface CommandContext {
  lake: string;
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/** The command that began the session, adapted to this working directory and environment. */
export function runCommand(record: SessionRecord, { lake, env, cwd }: CommandContext): string {
  const { raw_root: rawRoot, dump_month: month } = record;
  const { raw_root: givenRoot, ...given } = record.parameters;
  const parameters = {
    ...(month === undefined || given.run_id ? {} : { dump_month: month }),
    ...given,
    ...(givenRoot ? { raw_root: rawRoot ?? givenRoot } : {}),
  };
  const variables = [
    isGiven(env.DISCOGS_DATA_LAKE, lake, cwd) ? "" : `DISCOGS_DATA_LAKE=${shellWord(lake)} `,
    givenRoot || rawRoot === undefined || isGiven(env.DISCOGS_RAW, rawRoot, cwd)
      ? ""
      : `DISCOGS_RAW=${shellWord(rawRoot)} `,
  ];
  const words = Object.entries(parameters).map(([name, value]) => ` -p ${shellWord(`${name}=${value}`)}`);
  const project = workflowFolders.includes(record.project) ? "" : ` --project ${shellWord(record.project)}`;
  return `${variables.join("")}${shellWord(inProject("bin/digdag", cwd))} run ${record.workflow}.dig${project}${words.join("")}`;
}

/** The command that discards the session's run, and with it the session; null if there is no run to discard. */
export async function discardCommand(
  record: SessionRecord,
  { lake, env, cwd }: CommandContext,
): Promise<string | null> {
  const runId = record.run_id;
  if (runId === undefined || (await kindOf(sealedDir(lake, runId))) !== undefined) return null;
  const there = relative(cwd, projectRoot);
  const change = there === "" ? "" : `cd ${shellWord(there.startsWith("..") ? projectRoot : there)} && `;
  const where = isGiven(env.DISCOGS_DATA_LAKE, lake, cwd) ? "" : ` --lake ${shellWord(lake)}`;
  return `${change}bin/lake discard_run ${runId}${where}`;
}

/** Whether an environment variable has this path, so that a command need not name it. */
function isGiven(variable: string | undefined, path: string, cwd: string): boolean {
  return variable !== undefined && variable !== "" && resolve(cwd, variable) === path;
}
