import { join, relative, resolve } from "node:path";
import { shellWord } from "../cli/shell_words.ts";
import { projectRoot, workflowFolders } from "../digdag/places.ts";
import { allSessions, type Session, type SessionRecord, sessionLock } from "../digdag/session.ts";
import { sessionLogPath } from "../digdag/session_log.ts";
import { type Failure, failedStages, readAttempts } from "../digdag/stage_times.ts";
import { kindOf } from "../files/files.ts";
import { liveOwner } from "../files/lock.ts";
import { buildingDir, sealedDir } from "../files/paths.ts";
import { orProblem, problemText } from "./problem.ts";

/** An unfinished session of a workflow. */
export interface SessionStatus {
  workflow: string;
  /** Digdag's session time. */
  session: string;
  run_id: string | null;
  /** `interrupted`: no process is working on it, and none of its steps failed. */
  state: "running" | "failed" | "interrupted";
  started: string;
  /** The steps that failed or were interrupted in its last attempt. */
  failures: Pick<Failure, "step" | "message">[];
  /** Its full log. */
  log: string | null;
  /** The command that resumes it; null while it runs. */
  resume: string | null;
  /** The command that abandons it and its run; null while it runs, or if there is nothing to remove. */
  abandon: string | null;
}

interface SessionContext {
  lake: string;
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/**
 * The sessions that are running, failed or were interrupted, oldest first. A session is omitted if it needs no action: it left
 * no half-made run, and a later session of the same workflow and month has finished.
 */
export async function sessionStatuses(request: SessionContext, problems: string[]): Promise<SessionStatus[]> {
  const { lake } = request;
  const unreadable = (error: unknown) => problems.push(problemText(error));
  const all = await orProblem(problems, [], () => allSessions(lake, unreadable));
  const statuses: SessionStatus[] = [];
  for (const session of all.filter(({ record }) => record.state === "unfinished")) {
    if (await isSettled(lake, session, all)) continue;
    const status = await sessionStatus(request, session);
    if (status.state !== "running") problems.push(problemOf(status));
    statuses.push(status);
  }
  return statuses.sort((a, b) => (a.started < b.started ? -1 : 1));
}

async function isSettled(lake: string, { record }: Session, all: readonly Session[]): Promise<boolean> {
  const { workflow, dump_month, session, run_id } = record;
  const isLeft = run_id !== undefined && (await kindOf(buildingDir(lake, run_id))) !== undefined;
  if (isLeft) return false;
  const line = all.filter(
    (each) => each.record.workflow === workflow && each.record.dump_month === dump_month,
  );
  return line.some((each) => each.record.state === "finished" && each.record.session > session);
}

async function sessionStatus(request: SessionContext, session: Session): Promise<SessionStatus> {
  const { lake } = request;
  const { record } = session;
  const line = { lake, workflow: record.workflow, dumpMonth: record.dump_month };
  const last = (await readAttempts(session)).at(-1);
  // Sessions of a month share a lock, and an ended one is not the running one.
  const isRunning = last?.ended === undefined && liveOwner(sessionLock(line)) !== undefined;
  const log = sessionLogPath(lake, record.workflow, new Date(record.session));
  const failures =
    isRunning || last === undefined ? [] : failedStages(last).map(({ step, message }) => ({ step, message }));
  const hasFailed = last?.ended !== undefined;
  return {
    workflow: record.workflow,
    session: record.session,
    run_id: record.run_id ?? null,
    state: isRunning ? "running" : hasFailed ? "failed" : "interrupted",
    started: record.started,
    failures,
    log: (await kindOf(log)) === undefined ? null : log,
    resume: isRunning ? null : resumeCommand(record, request),
    abandon: isRunning ? null : await abandonCommand(record, request),
  };
}

function problemOf({ workflow, session, run_id: runId, state, failures }: SessionStatus): string {
  const steps = failures.length === 0 ? "" : ` in ${failures.map(({ step }) => step).join(", ")}`;
  const run = runId === null ? "" : `, run ${runId}`;
  return `${workflow}.dig, session ${session}${run}: ${state}${steps}`;
}

/** The command that began the session, adapted to this working directory and environment. */
function resumeCommand(record: SessionRecord, { lake, env, cwd }: SessionContext): string {
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
  return `${variables.join("")}${inProject("bin/digdag", cwd)} run ${record.workflow}.dig${project}${words.join("")}`;
}

async function abandonCommand(
  record: SessionRecord,
  { lake, env, cwd }: SessionContext,
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

/** The path of a project file for a command in a directory: relative from within the project, else absolute. */
function inProject(path: string, cwd: string): string {
  const absolute = join(projectRoot, path);
  const near = relative(cwd, absolute);
  return shellWord(near.startsWith("..") ? absolute : near);
}
