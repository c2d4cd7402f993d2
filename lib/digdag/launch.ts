import { statSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { EXIT, ExpectedError } from "../cli/errors.ts";
import { appendStageEvent, STAGE_LOG } from "../cli/stage_log.ts";
import { lakePaths } from "../files/paths.ts";
import { withLockAfter } from "../files/waiting_lock.ts";
import { checkParameters } from "../parameters/check.ts";
import { type ChosenSession, chooseSession, type SessionRequest } from "./choose_session.ts";
import { type LaunchContext, runDigdag } from "./execute.ts";
import { nothingNew } from "./if_new.ts";
import { notifying } from "./notify.ts";
import { projectRoot, workflowFolders } from "./places.ts";
import { parseRunArguments, type RunArguments } from "./run_arguments.ts";
import {
  dropUnusableStatus,
  forgetDoneTasks,
  type SessionLine,
  sessionLock,
  sessionTemporary,
  statusDirectory,
  writeSession,
} from "./session.ts";
import { lineOf, rawRootOf } from "./session_line.ts";
import { formatSessionTime } from "./session_time.ts";
import { failures, readAttempts, stageLog } from "./stage_times.ts";
import { findWorkflow, hasWorkflows, isOwnWorkflow, takesParameter, type Workflow } from "./workflow.ts";
import { workflowCode } from "./workflow_code.ts";

/** A launcher that was killed ends its children within this time, so that the next one can go on. */
const SESSION_WAIT_MS = 20_000;
const CHOICE_WAIT_MS = 60_000;
const RUN_COMMANDS = new Set(["run", "r"]);
const CHECK_COMMANDS = new Set(["check", "c"]);

/**
 * Runs Digdag with these arguments and returns its exit code. `run` is given a session and a place for its status
 * in the lake; every other command goes through as it is.
 */
export async function launchDigdag(argv: string[], context: LaunchContext): Promise<number> {
  const { cwd, log } = context;
  const env = absolutePaths(context);
  const [command = "", ...rest] = argv;
  if (CHECK_COMMANDS.has(command)) return checkWorkflows(rest, { cwd, env, log });
  if (!RUN_COMMANDS.has(command)) return runDigdag(argv, { cwd, env, log });
  const run = parseRunArguments(rest, cwd);
  if (run.workflow === undefined) return runDigdag(argv, { cwd, env, log });
  const workflow = findWorkflow(run.workflow, cwd, run.project);
  if (run.dryRun || run.ownStatus) {
    checkRun(workflow, run, cwd);
    return runUnrecorded(workflow, run, { cwd, env, log });
  }
  return notifying(workflow, run, { cwd, env, log }, async () => {
    checkRun(workflow, run, cwd);
    const reason = await nothingNew(workflow, run, { cwd, env, log });
    if (reason === undefined) return runSession(workflow, run, { cwd, env, log });
    process.stdout.write(`${reason}\n`);
    return EXIT.ok;
  });
}

/** Before anything is made or started. ExpectedError when the workflow can't use what it is given. */
function checkRun(workflow: Workflow, { parameters }: RunArguments, cwd: string): void {
  if (!isOwnWorkflow(workflow)) return;
  checkParameters(workflow.name, parameters);
  const root = resolve(cwd, parameters.project_root || projectRoot);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new ExpectedError(`project_root is ${JSON.stringify(root)}, but there is no such directory`);
}

/** Paths in the environment hold for the tasks too, which run in another directory. */
function absolutePaths({ cwd, env }: LaunchContext): NodeJS.ProcessEnv {
  const absolute = { ...env };
  for (const name of ["DISCOGS_DATA_LAKE", "DISCOGS_RAW"]) {
    if (env[name]) absolute[name] = resolve(cwd, env[name]);
  }
  if (env.DIGDAG?.includes("/")) absolute.DIGDAG = resolve(cwd, env.DIGDAG);
  // The tasks' `node` is the one that runs this.
  absolute.PATH = [dirname(process.execPath), env.PATH ?? ""].join(delimiter);
  return absolute;
}

/** Where there are no workflows `check` is about the project's own. */
async function checkWorkflows(rest: string[], context: LaunchContext): Promise<number> {
  const named = rest.some((word) => !word.startsWith("-") || word === "--project");
  const here = named || hasWorkflows(context.cwd);
  let status = 0;
  for (const cwd of here ? [context.cwd] : workflowFolders.filter(hasWorkflows)) {
    status = Math.max(status, await runDigdag(["check", ...rest], { ...context, cwd }));
  }
  return status;
}

async function runUnrecorded(workflow: Workflow, run: RunArguments, context: LaunchContext): Promise<number> {
  const session = run.session ?? formatSessionTime(new Date());
  const noStatus = run.ownStatus ? [] : ["--no-save"];
  const args = ["run", `${workflow.name}.dig`, ...run.rest, "--session", session, ...noStatus];
  return runDigdag(args, { ...context, cwd: workflow.project });
}

async function runSession(workflow: Workflow, run: RunArguments, context: LaunchContext): Promise<number> {
  const line = await lineOf(workflow, run, context);
  const waiting = {
    timeout: SESSION_WAIT_MS,
    onWait: () => context.log.info(`another digdag runs ${workflow.name}.dig here: waiting for it to end`),
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

/** Under a lock of the lake, so that no two sessions get the same second. */
async function choose(line: SessionLine, workflow: Workflow, run: RunArguments, context: LaunchContext) {
  const request: SessionRequest = {
    line,
    project: workflow.project,
    parameters: run.parameters,
    rawRoot: line.dumpMonth === undefined ? undefined : rawRootOf(run, context.cwd, context.env),
    code: await workflowCode(workflow),
    session: run.session,
    partial: run.partial,
  };
  const lock = join(lakePaths(line.lake).locks, "digdag.sessions.lock");
  const waiting = { timeout: CHOICE_WAIT_MS, onWait: () => {} };
  return withLockAfter(lock, "choosing a session", waiting, () => chooseSession(request));
}

function announcement({ session, how, reason }: ChosenSession): string {
  const { record } = session;
  const run = record.run_id === undefined ? "" : `, run ${record.run_id}`;
  const verb = { new: "new session", resumed: "resuming session", repeated: "repeating session" }[how];
  const what = how === "repeated" ? "; all of its tasks run again" : "";
  const why = reason === "" ? "" : ` (${reason})`;
  return `${verb} ${record.session.replace(".000Z", "Z")} of ${record.workflow}.dig${run}${what}${why}`;
}

async function prepare({ session, how }: ChosenSession, run: RunArguments): Promise<void> {
  if (how !== "resumed" || run.rerun) await forgetDoneTasks(session);
  else await dropUnusableStatus(session, isWholeStatus);
  await rm(sessionTemporary(session), { recursive: true, force: true });
  await mkdir(sessionTemporary(session), { recursive: true });
}

/** Digdag writes a status file in place; the task's report is its last entry. */
async function isWholeStatus(path: string): Promise<boolean> {
  return /\n {2}report:\n {4}inputs:[\s\S]*\n {4}outputs:.*\n/.test(await readFile(path, "utf8"));
}

async function runRecorded(
  { session }: ChosenSession,
  line: SessionLine,
  workflow: Workflow,
  run: RunArguments,
  context: LaunchContext,
): Promise<number> {
  const time = formatSessionTime(new Date(session.record.session));
  const args = [
    "run",
    `${workflow.name}.dig`,
    ...run.rest,
    "--session",
    time,
    "--save",
    statusDirectory(line),
  ];
  const stages = stageLog(session);
  const launch = { ...context, cwd: workflow.project, env: { ...context.env, [STAGE_LOG]: stages } };
  appendStageEvent(stages, { event: "workflow began", time: new Date().toISOString() });
  const status = await runDigdag(
    [...args, ...ownParameters(line, workflow, run, context.cwd)],
    launch,
    sessionTemporary(session),
  );
  appendStageEvent(stages, { event: "workflow ended", time: new Date().toISOString(), exit: status });
  if (status !== 0) await logFailures(session, context);
  const state = status === 0 && !run.partial ? "finished" : "unfinished";
  await writeSession({
    dir: session.dir,
    record: { ...session.record, state, ended: new Date().toISOString() },
  });
  return status;
}

/** Which steps failed and why, after all else that was printed: steps that ran beside them may have gone on long. */
async function logFailures(session: ChosenSession["session"], { log }: LaunchContext): Promise<void> {
  const last = (await readAttempts(session)).at(-1);
  for (const failure of last === undefined ? [] : failures(last)) log.info(`failed: ${failure}`);
}

/** Parameters that the launcher has found out, after those given: the later one of two `-p` wins. */
function ownParameters(line: SessionLine, workflow: Workflow, run: RunArguments, cwd: string): string[] {
  const { raw_root, project_root } = run.parameters;
  const own = {
    project_root: resolve(cwd, project_root || projectRoot),
    ...(line.dumpMonth === undefined ? {} : { dump_month: line.dumpMonth }),
    ...(raw_root ? { raw_root: resolve(cwd, raw_root) } : {}),
  };
  return Object.entries(own)
    .filter(([name]) => takesParameter(workflow, name))
    .flatMap(([name, value]) => ["-p", `${name}=${value}`]);
}
