import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCode, oneLine } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { kindOf } from "../files/files.ts";
import { activations, type Intent, readPromotions } from "../promotion/promotions.ts";
import type { LaunchContext } from "./execute.ts";
import type { RunArguments } from "./run_arguments.ts";
import { activeRun } from "./run_ending.ts";
import type { Session } from "./session.ts";
import { sessionLogPath } from "./session_log.ts";
import { failedStages, readAttempts } from "./stage_times.ts";
import { isOwnWorkflow, type Workflow } from "./workflow.ts";

/** The environment variable with the command to notify of failures and promotions. */
export const NOTIFY_COMMAND = "DISCOGS_NOTIFY_COMMAND";

/** Time limit of the command, which must not keep a workflow from releasing its lock. */
const TIMEOUT_MS = 60_000;
const OUTPUT_MS = 1000;
/** How much of the command's output is kept for the warning. */
const KEPT_OUTPUT = 2000;

/** The command's standard input, as one line of JSON. */
export interface Notice {
  workflow: string;
  /** The run that the workflow made or switched to. */
  run: string | null;
  outcome: "failed" | "promoted" | "rolled back";
  /** The first failed step, as named on the terminal. */
  step: string | null;
  message: string;
  /** The session's log. */
  log: string | null;
  lake: string | null;
  time: string;
}

/**
 * Runs a workflow of the project, and notifies the command in {@link NOTIFY_COMMAND} of a failure and of each switch of
 * `active`. `work` tells in which session it begins. The outcome of the command does not change what the workflow returns or
 * throws.
 */
export async function notifying(
  workflow: Workflow,
  run: RunArguments,
  context: LaunchContext,
  work: (onBegin?: (session: Session) => void) => Promise<number>,
): Promise<number> {
  const command = context.env[NOTIFY_COMMAND];
  if (!command || !isOwnWorkflow(workflow)) return work();
  const began = Date.now();
  const lake = context.env.DISCOGS_DATA_LAKE;
  const activeBefore = lake ? await orWarning(context.log, () => activeRun(lake)) : undefined;
  let session: Session | undefined;
  const send = async (status: number, error?: unknown) => {
    const notices = await orWarning(context.log, () =>
      noticesOf(workflow, run, context, { began, activeBefore, session, status, error }),
    );
    for (const notice of notices ?? []) await notify(command, notice, context);
  };
  try {
    const status = await work((begun) => {
      session = begun;
    });
    await send(status);
    return status;
  } catch (error) {
    await send(1, error);
    throw error;
  }
}

interface Ended {
  began: number;
  /** The active run at that time. */
  activeBefore: string | undefined;
  /** Undefined if it failed before. */
  session: Session | undefined;
  status: number;
  error?: unknown;
}

async function noticesOf(
  { name: workflow }: Workflow,
  { parameters }: RunArguments,
  { env }: LaunchContext,
  { began, activeBefore, session, status, error }: Ended,
): Promise<Notice[]> {
  const lake = env.DISCOGS_DATA_LAKE || undefined;
  const common = {
    workflow,
    log: lake === undefined || session === undefined ? null : await logOf(lake, session),
    lake: lake ?? null,
    time: new Date().toISOString(),
  };
  const own = { runId: session?.record.run_id || parameters.promote_run_id, session, activeBefore };
  const notices: Notice[] = lake === undefined ? [] : await switchesSince(lake, began, own, common);
  if (status === 0) return notices;
  const attempt = session === undefined ? undefined : (await readAttempts(session)).at(-1);
  const [first] = attempt === undefined ? [] : failedStages(attempt);
  const message = error === undefined ? (first?.message ?? endText(workflow, status)) : oneLine(error);
  const run = session?.record.run_id ?? parameters.run_id ?? null;
  return [...notices, { ...common, run: run || null, outcome: "failed", step: first?.step ?? null, message }];
}

function endText(workflow: string, status: number): string {
  const how = status > 128 ? `was ended by signal ${status - 128}` : `exited with code ${status}`;
  return `${workflow}.dig ${how}, but none of its steps failed`;
}

/** What identifies the switches of a workflow among those that others make at the same time. */
interface OwnSwitches {
  /** The run that it makes or is to promote. */
  runId: string | undefined;
  session: Session | undefined;
  activeBefore: string | undefined;
}

/** Whether a workflow promoted its run, rolled back at the request of its session, or went back from the run that it checked. */
function isOwnSwitch({ action, run_id, previous, request }: Intent, own: OwnSwitches): boolean {
  if (action === "promote") return run_id === own.runId;
  if (request === undefined) return previous === (own.runId ?? own.activeBefore ?? null);
  return Date.parse(request) === Date.parse(own.session?.record.session ?? "");
}

async function switchesSince(
  lake: string,
  began: number,
  own: OwnSwitches,
  common: Pick<Notice, "workflow" | "log" | "lake" | "time">,
): Promise<Notice[]> {
  const switches = activations(await readPromotions(lake)).filter(
    (each) => Date.parse(each.time) >= began && isOwnSwitch(each, own),
  );
  return switches.map(({ run_id: run, previous, action }) => {
    const outcome = action === "promote" ? "promoted" : "rolled back";
    const message = `${outcome}: run ${run} (active before: ${previous ?? "none"})`;
    return { ...common, run, outcome, step: null, message };
  });
}

async function logOf(lake: string, { record }: Session): Promise<string | null> {
  const path = sessionLogPath(lake, record.workflow, new Date(record.session));
  return (await kindOf(path)) === undefined ? null : path;
}

/**
 * Runs a shell command with the notice on its standard input. A failure is a warning; a command that takes too long is killed
 * with its children, with a warning.
 */
export async function notify(
  command: string,
  notice: Notice,
  { cwd, env, log }: LaunchContext,
  timeoutMs: number = TIMEOUT_MS,
): Promise<void> {
  await orWarning(log, async () => {
    const child = spawn("sh", ["-c", command], { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk: Buffer) => {
      output = `${output}${chunk}`.slice(-KEPT_OUTPUT);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    // A command need not read its input.
    child.stdin.on("error", (error) => {
      if (!hasCode(error, "EPIPE", "ECONNRESET")) log.warn(`${NOTIFY_COMMAND}: ${oneLine(error)}`);
    });
    child.stdin.end(`${JSON.stringify(notice)}\n`);
    const outcome = await endOf(child, timeoutMs);
    if (outcome === undefined) return;
    const said = output.trim() === "" ? "" : `: ${oneLine(output)}`;
    log.warn(
      `${NOTIFY_COMMAND} ${outcome}, so nobody may know that ${notice.workflow}.dig ${notice.outcome}${said}`,
    );
  });
}

type Child = ReturnType<typeof spawn>;

/** Waits for the end of a command and returns how it failed; undefined on success. */
function endOf(child: Child, timeoutMs: number): Promise<string | undefined> {
  const closed = new Promise((resolve) => child.once("close", resolve));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      killGroup(child);
      resolve(`took more than ${timeoutMs / 1000} s and was killed`);
    }, timeoutMs);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("exit", async (code, signal) => {
      clearTimeout(timer);
      // Processes that it left running may keep its output open.
      await Promise.race([closed, sleep(OUTPUT_MS, undefined, { ref: false })]);
      if (code !== 0) resolve(code === null ? `was ended by ${signal}` : `exited with code ${code}`);
      else resolve(undefined);
    });
  });
}

function killGroup({ pid }: Child): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!hasCode(error, "ESRCH")) throw error;
  }
}

async function orWarning<T>(log: Logger, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    log.warn(`${NOTIFY_COMMAND}: ${oneLine(error)}`);
    return undefined;
  }
}
