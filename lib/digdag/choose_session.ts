import { isDeepStrictEqual } from "node:util";
import type { FileStamp } from "../dump/raw_month.ts";
import { formatRunId } from "../files/run_id.ts";
import {
  forgetDoneTasks,
  type Session,
  type SessionLine,
  type SessionRecord,
  sessionDirectory,
  sessionsOf,
  writeSession,
} from "./session.ts";
import { newSessionTime, parseSessionTime } from "./session_time.ts";
import { ownsRun } from "./workflow.ts";

/** A request to run a workflow. */
export interface SessionRequest {
  line: SessionLine;
  project: string;
  parameters: Record<string, string>;
  rawRoot: string | undefined;
  /** The month's files in the raw root, by name; undefined without a raw root. */
  dumps: Readonly<Record<string, FileStamp>> | undefined;
  code: string;
  /** `--session`, if given. */
  session: string | undefined;
  /** Whether only some of the tasks are to run. */
  partial: boolean;
}

/** The session that a command begins or resumes. */
export interface ChosenSession {
  session: Session;
  /**
   * - `new`: the first run of this session
   * - `resumed`: tasks that are done are skipped
   * - `repeated`: the session exists, but all of its tasks run
   */
  how: "new" | "resumed" | "repeated";
  /** The reason, as a clause; empty if there is nothing to report. */
  reason: string;
}

/** Determines which session a request resumes. */
type RunRequest = Omit<SessionRequest, "dumps" | "code" | "session" | "partial">;

/** Parameters that define a run. Others, such as limits and permissions, may change between attempts. */
const DECIDING = ["run_id", "run_mode", "project_root"];
/**
 * Parameters that no task depends on: all sessions of a line have the same month, given or found, and if_new is checked before a
 * session is chosen.
 */
const OF_NO_TASK = ["dump_month", "if_new"];
const DEFAULTS: Record<string, string> = { run_mode: "dev", datasets: "all" };

/**
 * Chooses the session for a run of a workflow and writes its record, state `unfinished`, after the finished tasks are forgotten
 * that do not count as done.
 *
 * Without `--session` it is the newest unfinished session of the line that makes the same run, else a new one at the current UTC
 * second. Sessions with a dump month make the same run if run_id, run_mode, raw_root and project agree; others only if all
 * parameters agree. Finished tasks count as done if code, workflows, parameters and dump files are unchanged and the previous
 * attempt was to run all tasks. A dump file that was removed is not a change: tasks that have read it are still done.
 */
export async function chooseSession(request: SessionRequest): Promise<ChosenSession> {
  const chosen = await findOrBegin(request);
  if (chosen.how !== "resumed") await forgetDoneTasks(chosen.session);
  await writeSession(chosen.session);
  return chosen;
}

async function findOrBegin(request: SessionRequest): Promise<ChosenSession> {
  const sessions = await sessionsOf(request.line);
  if (request.session === undefined) {
    const unfinished = sessions.filter(({ record }) => record.state === "unfinished");
    const same = unfinishedSession(sessions, request);
    if (same !== undefined) return takeUp(same, request);
    return { ...(await begin(request)), reason: leftBehind(unfinished.at(-1)) };
  }
  const time = parseSessionTime(request.session, new Date());
  const there =
    time === undefined
      ? sessions.at(-1)
      : sessions.find(({ record }) => Date.parse(record.session) === time.getTime());
  return there === undefined ? begin(request, time) : takeUp(there, request);
}

async function begin(request: SessionRequest, given?: Date): Promise<ChosenSession> {
  const time = given ?? (await newSessionTime(request.line.lake));
  const record = recordOf(request, time, new Date());
  return { session: { dir: sessionDirectory(request.line, time), record }, how: "new", reason: "" };
}

function takeUp(session: Session, request: SessionRequest): ChosenSession {
  const { record } = session;
  const time = new Date(record.session);
  const dumps = request.dumps === undefined ? record.dumps : { ...record.dumps, ...request.dumps };
  const next = recordOf({ ...request, dumps }, time, new Date(record.started));
  const changed = whatChanged(record, next);
  const reason = record.state === "unfinished" ? changed : `it was ${record.state}`;
  return {
    session: { dir: session.dir, record: next },
    how: reason === "" ? "resumed" : "repeated",
    reason,
  };
}

function whatChanged(before: SessionRecord, now: SessionRecord): string {
  const names = new Set([...Object.keys(before.parameters), ...Object.keys(now.parameters)]);
  const changed = [...names].filter(
    (name) =>
      !OF_NO_TASK.includes(name) && effective(before.parameters, name) !== effective(now.parameters, name),
  );
  if (before.partial === true) return "only some of its tasks were requested";
  if (changed.length > 0) return `changed: ${changed.sort().join(", ")}`;
  const dumps = changedDumps(before.dumps, now.dumps);
  if (dumps.length > 0) return `dump files changed: ${dumps.join(", ")}`;
  return before.code === now.code ? "" : "the code changed";
}

/** Names of the files that were added or replaced. */
function changedDumps(before: SessionRecord["dumps"] = {}, now: SessionRecord["dumps"] = {}): string[] {
  return Object.keys(now).filter((name) => !isDeepStrictEqual(before[name], now[name]));
}

/** The session that the same command without `--session` resumes; undefined if it begins a new one. */
export function unfinishedSession(sessions: readonly Session[], request: RunRequest): Session | undefined {
  return sessions.findLast(({ record }) => record.state === "unfinished" && makesSameRun(record, request));
}

function makesSameRun(record: SessionRecord, request: RunRequest): boolean {
  const names =
    request.line.dumpMonth === undefined
      ? [...new Set([...Object.keys(record.parameters), ...Object.keys(request.parameters)])]
      : DECIDING;
  return (
    record.project === request.project &&
    record.raw_root === request.rawRoot &&
    names.every((name) => effective(record.parameters, name) === effective(request.parameters, name))
  );
}

/** Empty counts as not given, as in the scripts. */
function effective(parameters: Record<string, string>, name: string): string {
  return parameters[name] || DEFAULTS[name] || "";
}

function recordOf(request: SessionRequest, time: Date, started: Date): SessionRecord {
  const { line, parameters, rawRoot, dumps } = request;
  const runId = parameters.run_id || (line.dumpMonth === undefined ? "" : formatRunId(line.dumpMonth, time));
  return {
    session: time.toISOString(),
    workflow: line.workflow,
    project: request.project,
    ...(line.dumpMonth === undefined ? {} : { dump_month: line.dumpMonth }),
    ...(runId === "" ? {} : { run_id: runId }),
    ...(rawRoot === undefined ? {} : { raw_root: rawRoot }),
    parameters,
    ...(dumps === undefined ? {} : { dumps }),
    code: request.code,
    state: "unfinished",
    ...(request.partial ? { partial: true } : {}),
    started: started.toISOString(),
  };
}

/** Only a run takes space worth reclaiming. */
function leftBehind(session: Session | undefined): string {
  const runId = session?.record.run_id;
  if (session === undefined || runId === undefined || !ownsRun(session.record)) return "";
  return (
    `the unfinished session ${session.record.session} has other parameters and is left unchanged, ` +
    `discard it with bin/lake discard_run ${runId}`
  );
}
