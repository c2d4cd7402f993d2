import { wasInterrupted } from "../cli/interrupt.ts";
import type { Logger } from "../cli/log.ts";
import { namedRun, readActive } from "../promotion/active.ts";
import { activations, readPromotions } from "../promotion/promotions.ts";
import { closingLines } from "./closing_lines.ts";
import { type CallerPlace, pasteable } from "./pasteable.ts";
import type { RunArguments } from "./run_arguments.ts";
import type { Session } from "./session.ts";
import type { SessionLog } from "./session_log.ts";
import { type Failure, failedStages, readAttempts } from "./stage_times.ts";
import { isOwnWorkflow, type Workflow } from "./workflow.ts";

const TAIL_LINES = 20;

/** An ended workflow. */
export interface EndedRun {
  session: Session;
  sessionLog: SessionLog;
  lake: string;
  workflow: Workflow;
  run: RunArguments;
  status: number;
  /** The active run before it began. */
  activeBefore: string | undefined;
  /** Where the workflow was called. */
  caller: CallerPlace;
  log: Logger;
}

/** The active run of a lake. */
export async function activeRun(lake: string): Promise<string | undefined> {
  return namedRun(await readActive(lake));
}

/**
 * Shows how a workflow ended: what failed and the path of the full log, and, for the project's own workflows, the run, the
 * active run and the next command.
 */
export async function showEnding(ended: EndedRun): Promise<void> {
  const { session, sessionLog, lake, workflow, run, status, activeBefore } = ended;
  const isOwn = isOwnWorkflow(workflow);
  const failed = status === 0 ? [] : await failuresOf(session);
  if (status !== 0 && isOwn && !wasInterrupted(status)) await showFailures(ended, failed);
  if (status !== 0) ended.log.info(`full log: ${sessionLog.path}`);
  if (!isOwn) return;
  const { promote_run_id, rollback_run_id } = run.parameters;
  const active = await activeRun(lake);
  const runId = session.record.run_id ?? (promote_run_id || rollback_run_id || undefined);
  const switches = activations(await readPromotions(lake));
  const lines = await closingLines({
    lake,
    workflow: workflow.name,
    parameters: run.parameters,
    runId,
    exit: status,
    failed,
    activeBefore,
    active,
    lastSwitch: switches.at(-1),
    wasActive: switches.some(({ run_id }) => run_id === runId),
    command: run.command,
  });
  for (const line of lines.map((each) => pasteable(each, ended.caller))) {
    sessionLog.line(line);
    process.stdout.write(`${line}\n`);
  }
}

async function failuresOf(session: Session): Promise<Failure[]> {
  const last = (await readAttempts(session)).at(-1);
  return last === undefined ? [] : failedStages(last);
}

/** With --verbose the failures are far above; and if no stage gives a reason, the log may. */
async function showFailures({ run, sessionLog, log }: EndedRun, failed: readonly Failure[]): Promise<void> {
  const unexplained = failed.filter(({ error }) => error === undefined);
  for (const { step, message } of run.verbose ? failed : unexplained) log.info(`failed: ${step}: ${message}`);
  if (run.verbose || (failed.length > 0 && unexplained.length === 0)) return;
  log.info("last lines of the log:");
  for (const line of await sessionLog.tail(TAIL_LINES)) log.line(line);
}
