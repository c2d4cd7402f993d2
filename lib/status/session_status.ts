import { wasInterrupted } from "../cli/interrupt.ts";
import { missingRun } from "../digdag/missing_run.ts";
import { allSessions, type Session, type SessionRecord, sessionLock } from "../digdag/session.ts";
import { sessionLogPath } from "../digdag/session_log.ts";
import { type Attempt, type Failure, failedStages, readAttempts } from "../digdag/stage_times.ts";
import { isOwnWorkflow, ownsRun } from "../digdag/workflow.ts";
import { kindOf } from "../files/files.ts";
import { liveOwner } from "../files/lock.ts";
import { buildingDir } from "../files/paths.ts";
import { orProblem, problemText } from "./problem.ts";
import { type CommandContext, discardCommand, runCommand } from "./session_commands.ts";

/** An unfinished session of a workflow. */
export interface SessionStatus {
  workflow: string;
  /** Digdag's session time. */
  session: string;
  run_id: string | null;
  /** `interrupted`: it was ended by a signal or killed, or only some of its tasks were requested. */
  state: "running" | "failed" | "interrupted";
  started: string;
  /** The steps that failed or were interrupted in its last attempt. */
  failures: Pick<Failure, "step" | "message">[];
  /** Its full log. */
  log: string | null;
  /** The command that resumes it and its run; null while it runs, or if it has no run of its own. */
  resume: string | null;
  /** The command that abandons it and its run; null while it runs, or if there is nothing to remove. */
  abandon: string | null;
  /** The command that runs it again, if it has no run of its own; null while it runs, or if the command can't succeed. */
  repeat: string | null;
  /** The run that it was to work with, if the lake has no such run; null while it runs. */
  missing_run: string | null;
}

/**
 * The sessions that are running, failed or were interrupted, oldest first. A session is omitted if it needs no action: it left
 * no half-made run, and a later session of the same workflow and month has finished; or it has no run of its own, and a later
 * session of the same workflow has been started, whose state counts instead.
 */
export async function sessionStatuses(request: CommandContext, problems: string[]): Promise<SessionStatus[]> {
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

async function isSettled(lake: string, one: Session, all: readonly Session[]): Promise<boolean> {
  const { workflow, dump_month, session, run_id } = one.record;
  if (!ownsRun(one.record)) return isFollowed(one, all);
  const isLeft = run_id !== undefined && (await kindOf(buildingDir(lake, run_id))) !== undefined;
  if (isLeft) return false;
  const line = all.filter(
    (each) => each.record.workflow === workflow && each.record.dump_month === dump_month,
  );
  return line.some((each) => each.record.state === "finished" && each.record.session > session);
}

/** Whether a later session of the same workflow has been started. The newest ones are the likeliest. */
async function isFollowed(one: Session, all: readonly Session[]): Promise<boolean> {
  const began = await lastBegan(one);
  for (const other of all.toReversed()) {
    if (other.record.workflow === one.record.workflow && (await lastBegan(other)) > began) return true;
  }
  return false;
}

/** A resumed session keeps its time, which is therefore not when it last ran. */
async function lastBegan(session: Session): Promise<number> {
  return (await readAttempts(session)).at(-1)?.began ?? Date.parse(session.record.started);
}

async function sessionStatus(request: CommandContext, session: Session): Promise<SessionStatus> {
  const { lake } = request;
  const { record } = session;
  const line = { lake, workflow: record.workflow, dumpMonth: record.dump_month };
  const last = (await readAttempts(session)).at(-1);
  const isRunning =
    last?.ended === undefined && holdsLock(last?.began ?? Date.parse(record.started), sessionLock(line));
  const log = sessionLogPath(lake, record.workflow, new Date(record.session));
  const failures =
    isRunning || last === undefined ? [] : failedStages(last).map(({ step, message }) => ({ step, message }));
  const missing = isRunning ? null : await missingRunOf(lake, record);
  return {
    workflow: record.workflow,
    session: record.session,
    run_id: record.run_id ?? null,
    state: isRunning ? "running" : hasFailed(last) ? "failed" : "interrupted",
    started: record.started,
    failures,
    log: (await kindOf(log)) === undefined ? null : log,
    ...(isRunning ? NO_COMMANDS : await commandsFor(record, missing, request)),
    missing_run: missing,
  };
}

/** Whether a session that last began at this time holds the lock of its month: one killed before belongs to an earlier holder. */
function holdsLock(began: number, lock: string): boolean {
  const owner = liveOwner(lock);
  if (owner === undefined) return false;
  return owner.since === undefined || began >= Date.parse(owner.since);
}

const NO_COMMANDS = { resume: null, abandon: null, repeat: null };

async function commandsFor(record: SessionRecord, missing: string | null, context: CommandContext) {
  const command = runCommand(record, context);
  return ownsRun(record)
    ? { resume: command, abandon: await discardCommand(record, context), repeat: null }
    : { ...NO_COMMANDS, repeat: missing === null ? command : null };
}

/** Distinguishes failures from interruptions like the workflow's last line. */
function hasFailed(last: Attempt | undefined): boolean {
  const exit = last?.ended?.exit ?? 0;
  return exit !== 0 && !wasInterrupted(exit);
}

/** The run named by a parameter, if the lake has no such run, not even an archived one. */
async function missingRunOf(lake: string, record: SessionRecord): Promise<string | null> {
  const { workflow: name, project, parameters } = record;
  if (ownsRun(record) || !isOwnWorkflow({ name, project })) return null;
  return (await missingRun(lake, name, parameters)) ?? null;
}

function problemOf(status: SessionStatus): string {
  const { workflow, session, run_id: runId, state, failures, missing_run: missing } = status;
  const steps = [...new Set(failures.map(({ step }) => step))];
  const where = steps.length === 0 ? "" : ` in ${steps.join(", ")}`;
  const run = runId === null ? "" : `, run ${runId}`;
  const why = missing === null ? "" : `; there is no run ${missing}`;
  return `${workflow}.dig, session ${session}${run}: ${state}${where}${why}`;
}
