import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** A map in a workflow file: the workflow itself, a task, or a part of a task. */
export type WorkflowMap = Record<string, unknown>;

/** The key of Digdag's `!include : 'file'`, which has that tag and no text. */
export const INCLUDED = "";

/** Parses a workflow file, or one that workflows include; its own includes are under {@link INCLUDED}. */
export function readWorkflowFile(path: string): WorkflowMap {
  // The tag of a key without text only causes a warning, even if it is declared.
  return parse(readFileSync(path, "utf8"), { logLevel: "error" });
}

/** A map and all maps below it, parents first. */
export function mapsIn(value: unknown): WorkflowMap[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.values(value).flatMap(mapsIn);
  return Array.isArray(value) ? below : [value as WorkflowMap, ...below];
}

/** The values of all entries with a key, e.g. `call>`. */
export function valuesOf(map: WorkflowMap, key: string): string[] {
  return mapsIn(map).flatMap((each) => (key in each ? [String(each[key])] : []));
}

/** The commands of all `sh>` tasks, with continuation lines joined. */
export function commandsIn(map: WorkflowMap): string[] {
  return valuesOf(map, "sh>").map((command) => command.replaceAll(/\\\n */g, ""));
}
