import { z } from "zod";
import { ExpectedError } from "../cli/errors.ts";

/** Set by Digdag itself. */
const OF_DIGDAG =
  /^(timezone|task_name|attempt_id|revision|project_(id|name)|workflow_(id|name|definition_id)|(last_|next_|last_executed_)?session_\w+)$/;

/** `_export`s of the workflows, which in Digdag override given parameters of the same name. */
export const EXPORTED = [
  "asks_promotion",
  "promotes",
  "switches",
  "publishes",
  "moves_pointer",
  "downloads",
  "tests_xml",
  "active_is_included",
  "failed_kpis_are_named_later",
];

/** The parameters that a workflow was started with. */
export interface Given {
  /** Name of the workflow that was started. */
  workflow: string;
  /** As text, and only those given. */
  parameters: Record<string, string>;
}

/**
 * Extracts a workflow's given parameters from all of Digdag's in its first task: `this` in a `${}`, as JSON and encoded as by
 * encodeURIComponent, because Digdag evaluates the result once more.
 */
export function readGiven(encoded: string): Given {
  const all = parse(encoded);
  const workflow = /^\+(?:.*\/)?(\w+)\+/.exec(String(all.task_name))?.[1];
  if (workflow === undefined) throw new ExpectedError("--given lacks the name of a workflow's task");
  const given = Object.entries(all).filter(([name]) => !OF_DIGDAG.test(name) && !EXPORTED.includes(name));
  return {
    workflow,
    parameters: Object.fromEntries(given.map(([name, value]) => [name, parameterText(value)])),
  };
}

function parse(encoded: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(decodeURIComponent(encoded)));
  } catch (error) {
    throw new ExpectedError("--given is not what check_parameters.yml passes", { cause: error });
  }
}

/** A parameter's value as the text that steps see: empty for none, JSON for lists and objects. */
function parameterText(value: unknown): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
