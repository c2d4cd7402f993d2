import { driftOptions } from "../checks/drift_options.ts";
import type { OptionSpecs } from "../cli/options.ts";

const trueOrFalse = { type: "string", choices: ["true", "false"] } as const;

/**
 * The parameters of main.dig that a run records, as options. All values are text, because Digdag's `-p` passes text,
 * and "false" would be true anywhere else.
 */
export const runParameterOptions = {
  "run-mode": {
    type: "string",
    choices: ["dev", "prod"],
    default: "dev",
    summary: "main.dig promotes only with prod",
  },
  "allow-promote": { ...trueOrFalse, default: "true", summary: "false never promotes" },
  "do-download": { ...trueOrFalse, default: "false", summary: "download the dumps first" },
  "do-xml-tests": { ...trueOrFalse, default: "false", summary: "test the extractors on the dumps" },
  "dry-run": { ...trueOrFalse, default: "false", summary: "only report what promotion would do" },
  "allow-older": { ...trueOrFalse, default: "false", summary: "true also promotes an older month" },
  ...driftOptions,
} as const satisfies OptionSpecs;

/** The values of the options by parameter name, as text, for the record of a run. */
export function namedParameters(specs: OptionSpecs, values: Record<string, unknown>): Record<string, string> {
  const given = Object.keys(specs).filter((name) => values[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name.replaceAll("-", "_"), String(values[name])]));
}
