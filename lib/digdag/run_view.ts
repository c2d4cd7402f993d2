import { coloursFor } from "../cli/colours.ts";
import type { Logger } from "../cli/log.ts";
import { lineFilter } from "./digdag_output.ts";
import type { GroupOutput } from "./process_group.ts";
import type { RunArguments } from "./run_arguments.ts";
import { progressDirectory, type Session } from "./session.ts";
import type { SessionLog } from "./session_log.ts";
import { StageEvents } from "./stage_events.ts";
import { stageLog } from "./stage_times.ts";
import { isOwnWorkflow, type Workflow } from "./workflow.ts";
import { WorkflowView } from "./workflow_view.ts";

/** How a workflow is shown while it runs. */
export interface RunView {
  /** Receives the output of Digdag and its tasks. */
  output: GroupOutput;
  /** Shows what remains. */
  end(): void;
}

/**
 * Everything with `--verbose`; otherwise a line per stage for the project's own workflows, and the tasks' output for other
 * projects.
 */
export function runView(session: Session, workflow: Workflow, run: RunArguments, log: Logger): RunView {
  if (run.verbose) return { output: ownOutput, end() {} };
  return isOwnWorkflow(workflow) ? stagesView(session, log) : tasksView();
}

const ownOutput: GroupOutput = {
  stdout: (chunk) => void process.stdout.write(chunk),
  stderr: (chunk) => void process.stderr.write(chunk),
};

function stagesView(session: Session, log: Logger): RunView {
  const events = new StageEvents(stageLog(session));
  const view = new WorkflowView(events, progressDirectory(session), coloursFor(process.stderr), log);
  return { output: { stdout() {}, stderr() {} }, end: () => view.end() };
}

function tasksView(): RunView {
  const [stdout, stderr] = [lineFilter(process.stdout), lineFilter(process.stderr)];
  const end = () => {
    stdout.end();
    stderr.end();
  };
  return { output: { stdout: stdout.take, stderr: stderr.take }, end };
}

/** Also writes the output to the session's log. */
export function logged(output: GroupOutput, sessionLog: SessionLog): GroupOutput {
  return {
    stdout(chunk) {
      sessionLog.write(chunk);
      output.stdout(chunk);
    },
    stderr(chunk) {
      sessionLog.write(chunk);
      output.stderr(chunk);
    },
  };
}
