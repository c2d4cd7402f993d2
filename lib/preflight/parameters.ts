import { driftOptions } from "../checks/drift_options.ts";
import type { OptionSpecs } from "../cli/options.ts";

const trueOrFalse = { type: "string", choices: ["true", "false"] } as const;

/**
 * The parameters of main.dig that a run's record has, as options: every value is compared as text, since Digdag's `-p` gives text and "false"
 * would be true anywhere else.
 */
export const runParameterOptions = {
  "run-mode": {
    type: "string",
    choices: ["dev", "prod"],
    default: "dev",
    summary: "main.dig promotes only with prod",
  },
  "allow-promote": { ...trueOrFalse, default: "true", summary: "false never promotes" },
  "do-download": { ...trueOrFalse, default: "false", summary: "the dumps are downloaded first" },
  "do-xml-tests": { ...trueOrFalse, default: "false", summary: "the extractors are tested on the dumps" },
  "dry-run": { ...trueOrFalse, default: "false", summary: "promotion only says what it would do" },
  "allow-older": { ...trueOrFalse, default: "false", summary: "true promotes an older month, too" },
  ...driftOptions,
} as const satisfies OptionSpecs;

/** The values of the options by their names in the workflows, as text, for the record of a run. */
export function namedParameters(specs: OptionSpecs, values: Record<string, unknown>): Record<string, string> {
  const given = Object.keys(specs).filter((name) => values[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name.replaceAll("-", "_"), String(values[name])]));
}
