import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { didYouMean } from "../cli/nearest.ts";
import type { Workflow } from "./workflow.ts";
import { readWorkflowFile } from "./workflow_file.ts";

/**
 * ExpectedError unless each pattern names one task of the workflow. Digdag would refuse it as well, but only when the session has
 * begun. A pattern is the end of a task's full name, `+seal` or `+datasets+releases`; tasks within `_do` have none.
 */
export function requireTasks(workflow: Workflow, patterns: readonly string[]): void {
  if (patterns.length === 0) return;
  const file = `${workflow.name}.dig`;
  const names = namesBelow(`+${workflow.name}`, readWorkflowFile(join(workflow.project, file)));
  for (const pattern of patterns) {
    const found = names.filter((name) => name.endsWith(pattern));
    if (found.length === 1) continue;
    if (found.length > 1)
      throw new ExpectedError(`${file} has several tasks ${pattern}: ${found.join(", ")}`);
    const own = names.slice(1).map((name) => name.slice(workflow.name.length + 1));
    const meant = didYouMean(pattern, own) || `; its tasks are ${own.join(", ")}`;
    throw new ExpectedError(`${file} has no task ${JSON.stringify(pattern)}${meant}`);
  }
}

/** The full names of a task and the tasks within it. */
function namesBelow(name: string, task: unknown): string[] {
  const entries = typeof task === "object" && task !== null ? Object.entries(task) : [];
  const within = entries.filter(([key]) => key.startsWith("+"));
  return [name, ...within.flatMap(([key, below]) => namesBelow(`${name}${key}`, below))];
}
