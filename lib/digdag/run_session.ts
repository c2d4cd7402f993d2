import { readFile, rm } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { appendStageEvent, PROGRESS_DIRECTORY, STAGE_LOG } from "../cli/stage_log.ts";
import { monthFiles } from "../dump/raw_month.ts";
import { makeDirectory } from "../files/files.ts";
import { lakePaths } from "../files/paths.ts";
import { projectRoot } from "../files/project_root.ts";
import { withLockAfter } from "../files/waiting_lock.ts";
import { type ChosenSession, chooseSession, type SessionRequest } from "./choose_session.ts";
import { type LaunchContext, runDigdag } from "./execute.ts";
import { Interruption } from "./interruption.ts";
import type { RunArguments } from "./run_arguments.ts";
import { activeRun, showEnding } from "./run_ending.ts";
import { logged, runView } from "./run_view.ts";
import {
  dropUnusableStatus,
  forgetDoneTasks,
  progressDirectory,
  type Session,
  type SessionLine,
  sessionLock,
  sessionTemporary,
  statusDirectory,
  writeSession,
} from "./session.ts";
import { lineOf, rawRootOf } from "./session_line.ts";
import { SessionLog, sessionLogPath } from "./session_log.ts";
import { formatSessionTime } from "./session_time.ts";
import { stageLog } from "./stage_times.ts";
import { takesParameter, type Workflow } from "./workflow.ts";
import { workflowCode } from "./workflow_code.ts";

/** A killed launcher's children end within this time, so that the next launcher can proceed. */
const SESSION_WAIT_MS = 20_000;
const CHOICE_WAIT_MS = 60_000;

/** Where Digdag is launched, and who is told in which session it begins. */
export interface SessionContext extends LaunchContext {
  onBegin?: ((session: Session) => void) | undefined;
}

/** Runs a workflow in a session of the lake, new or resumed, and returns Digdag's exit code. */
export async function runSession(
  workflow: Workflow,
  run: RunArguments,
  context: SessionContext,
): Promise<number> {
  const line = await lineOf(workflow, run, context);
  const waiting = {
    timeout: SESSION_WAIT_MS,
    onWait: () =>
      context.log.info(`another digdag is running ${workflow.name}.dig here: waiting for it to end`),
  };
  return withLockAfter(sessionLock(line), `digdag run ${workflow.name}.dig`, waiting, async () => {
    const chosen = await choose(line, workflow, run, context);
    context.log.info(announcement(chosen));
    await prepare(chosen, run);
    try {
      return await runRecorded(chosen, line, workflow, run, context);
    } finally {
      await rm(sessionTemporary(chosen.session), { recursive: true, force: true });
    }
  });
}

/** Runs under a lock of the lake, so that no two sessions get the same second. */
async function choose(line: SessionLine, workflow: Workflow, run: RunArguments, context: LaunchContext) {
  const { dumpMonth } = line;
  const rawRoot = dumpMonth === undefined ? undefined : rawRootOf(run, context.cwd, context.env);
  const request: SessionRequest = {
    line,
    project: workflow.project,
    parameters: run.parameters,
    rawRoot,
    dumps:
      dumpMonth === undefined || rawRoot === undefined ? undefined : await monthFiles(rawRoot, dumpMonth),
    code: await workflowCode(workflow),
    session: run.session,
    partial: run.tasks.length > 0,
  };
  const lock = join(lakePaths(line.lake).locks, "digdag.sessions.lock");
  const waiting = { timeout: CHOICE_WAIT_MS, onWait: () => {} };
  return withLockAfter(lock, "choosing a session", waiting, () => chooseSession(request));
}

function announcement({ session, how, reason }: ChosenSession): string {
  const { record } = session;
  const run = record.run_id === undefined ? "" : `, run ${record.run_id}`;
  const verb = { new: "new session", resumed: "resuming session", repeated: "repeating session" }[how];
  const what = how === "repeated" ? "; repeating all of its tasks" : "";
  const why = reason === "" ? "" : ` (${reason})`;
  return `${verb} ${record.session.replace(".000Z", "Z")} of ${record.workflow}.dig${run}${what}${why}`;
}

async function prepare({ session }: ChosenSession, run: RunArguments): Promise<void> {
  if (run.rerun) await forgetDoneTasks(session);
  else await dropUnusableStatus(session, isWholeStatus);
  await rm(sessionTemporary(session), { recursive: true, force: true });
  await makeDirectory(progressDirectory(session));
}

/** Digdag writes a status file in place; the task's report is its last entry. */
async function isWholeStatus(path: string): Promise<boolean> {
  return /\n {2}report:\n {4}inputs:[\s\S]*\n {4}outputs:.*\n/.test(await readFile(path, "utf8"));
}

/** Runs Digdag on the session. Its output goes to the session's log, and is shown as requested. */
async function runRecorded(
  chosen: ChosenSession,
  line: SessionLine,
  workflow: Workflow,
  run: RunArguments,
  context: SessionContext,
): Promise<number> {
  const { session } = chosen;
  const path = sessionLogPath(line.lake, workflow.name, new Date(session.record.session));
  const sessionLog = await SessionLog.open(path, context.log);
  try {
    sessionLog.line(announcement(chosen));
    const { lake } = line;
    const activeBefore = await activeRun(lake);
    const status = await runDigdagOn(session, sessionLog, line, workflow, run, context);
    const state = status === 0 && run.tasks.length === 0 ? "finished" : "unfinished";
    try {
      const record = { ...session.record, state, ended: new Date().toISOString() } as const;
      await writeSession({ dir: session.dir, record });
    } finally {
      // Also where the record can't be written, e.g. on a full disk.
      const { cwd, log } = context;
      const caller = { cwd, lake, rawRoot: context.env.DISCOGS_RAW };
      await showEnding({ session, sessionLog, lake, workflow, run, status, activeBefore, caller, log });
    }
    return status;
  } finally {
    await sessionLog.close();
  }
}

async function runDigdagOn(
  session: Session,
  sessionLog: SessionLog,
  line: SessionLine,
  workflow: Workflow,
  run: RunArguments,
  context: SessionContext,
): Promise<number> {
  const stages = stageLog(session);
  const env = { ...context.env, [STAGE_LOG]: stages, [PROGRESS_DIRECTORY]: progressDirectory(session) };
  const args = [...digdagArguments(session, line, workflow, run), ...ownParameters(line, workflow, run)];
  appendStageEvent(stages, { event: "workflow began", time: new Date().toISOString() });
  context.onBegin?.(session);
  const view = runView(session, workflow, run, context.log);
  const interruption = new Interruption(context.log);
  try {
    const places = { temporary: sessionTemporary(session), output: logged(view.output, sessionLog) };
    const ended = await runDigdag(args, { ...context, cwd: workflow.project, env }, places);
    const status = interruption.exitCode(ended);
    appendStageEvent(stages, { event: "workflow ended", time: new Date().toISOString(), exit: status });
    return status;
  } finally {
    interruption.forget();
    view.end();
  }
}

function digdagArguments(
  session: Session,
  line: SessionLine,
  workflow: Workflow,
  run: RunArguments,
): string[] {
  const time = formatSessionTime(new Date(session.record.session));
  return ["run", `${workflow.name}.dig`, ...run.rest, "--session", time, "--save", statusDirectory(line)];
}

/** Parameters that the launcher found or made absolute, after the given ones: the later of two `-p` wins. */
function ownParameters(line: SessionLine, workflow: Workflow, { parameters }: RunArguments): string[] {
  const found = {
    project_root: parameters.project_root || projectRoot,
    ...(line.dumpMonth === undefined ? {} : { dump_month: line.dumpMonth }),
  };
  const paths = Object.entries(parameters).filter(([, value]) => isAbsolute(value));
  const own = Object.entries({ ...Object.fromEntries(paths), ...found });
  return own
    .filter(([name]) => takesParameter(workflow, name))
    .flatMap(([name, value]) => ["-p", `${name}=${value}`]);
}
