import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { codeVersion } from "../code/code_version.ts";
import { namesIn } from "../files/files.ts";
import { isOwnWorkflow, type Workflow } from "./workflow.ts";

/**
 * Version of what a session's tasks do: of the workflow files in its folder and, for the project's own workflows, of the code
 * that makes data. A task done with another version does not count as done.
 */
export async function workflowCode(workflow: Workflow): Promise<string> {
  const hash = createHash("sha256");
  for (const name of await namesIn(workflow.project)) {
    if (/\.(dig|yml)$/.test(name))
      hash.update(`${name}\n`).update(await readFile(join(workflow.project, name)));
  }
  const own = isOwnWorkflow(workflow) ? `${codeVersion()} ` : "";
  return `${own}${hash.digest("hex").slice(0, 12)}`;
}
