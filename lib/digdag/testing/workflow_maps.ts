import type { WorkflowMap } from "../workflow_file.ts";

/** The key of Digdag's `!include : 'file'`, which has that tag and no text. */
export const INCLUDED = "";

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
