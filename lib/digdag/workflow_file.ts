import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** A map in a workflow file: the workflow itself, a task, or a part of a task. */
export type WorkflowMap = Record<string, unknown>;

/** Parses a workflow file, or one that workflows include. The key of an `!include : 'file'` in it, a tag without text, is empty. */
export function readWorkflowFile(path: string): WorkflowMap {
  // The tag of a key without text only causes a warning, even if it is declared.
  return parse(readFileSync(path, "utf8"), { logLevel: "error" });
}
