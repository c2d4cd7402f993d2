import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** A map of a workflow's file: the workflow itself, a task, or what a task has. */
export type WorkflowMap = Record<string, unknown>;

/** The key of Digdag's `!include : 'file'`: it has that tag, and no text. */
export const INCLUDED = "";

/** The file of a workflow, or one that workflows include; what it includes itself is under {@link INCLUDED}. */
export function readWorkflowFile(path: string): WorkflowMap {
  // The tag of a key without text is only warned of, also where it is declared.
  return parse(readFileSync(path, "utf8"), { logLevel: "error" });
}

/** A map and all that are below it, each before those in it. */
export function mapsIn(value: unknown): WorkflowMap[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.values(value).flatMap(mapsIn);
  return Array.isArray(value) ? below : [value as WorkflowMap, ...below];
}

/** The values of all entries with a key, e.g. `call>`. */
export function valuesOf(map: WorkflowMap, key: string): string[] {
  return mapsIn(map).flatMap((each) => (key in each ? [String(each[key])] : []));
}

/** The commands of all `sh>` tasks, each with its lines that go on joined. */
export function commandsIn(map: WorkflowMap): string[] {
  return valuesOf(map, "sh>").map((command) => command.replaceAll(/\\\n */g, ""));
}
