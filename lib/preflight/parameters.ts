import { driftOptions } from "../checks/drift_options.ts";
import { ExpectedError } from "../cli/errors.ts";
import type { OptionSpecs, OptionValues } from "../cli/options.ts";

const trueOrFalse = { type: "string", choices: ["true", "false"] } as const;

/**
 * The parameters of main.dig as options: every value is compared as text, since Digdag's `-p` gives text and "false"
 * would be true anywhere else.
 */
export const parameterOptions = {
  "run-mode": { type: "string", choices: ["dev", "prod"], default: "dev", summary: "dev never promotes" },
  "allow-promote": { ...trueOrFalse, default: "true", summary: "false never promotes" },
  "do-download": { ...trueOrFalse, default: "false", summary: "the dumps are downloaded first" },
  "do-xml-tests": { ...trueOrFalse, default: "false", summary: "the extractors are tested on the dumps" },
  "dry-run": { ...trueOrFalse, default: "false", summary: "promotion only says what it would do" },
  "promote-run-id": { type: "string", value: "RUN_ID", summary: "of promote.dig alone: an error here" },
} as const satisfies OptionSpecs;

/** The parameters of a workflow that makes a run. */
export const runParameterOptions = { ...parameterOptions, ...driftOptions } as const satisfies OptionSpecs;

export type ParameterValues = OptionValues<typeof parameterOptions>;

/** The values of the options by their names in the workflows, as text, for the record of a run. */
export function namedParameters(specs: OptionSpecs, values: Record<string, unknown>): Record<string, string> {
  const given = Object.keys(specs).filter((name) => values[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name.replaceAll("-", "_"), String(values[name])]));
}

/** ExpectedError when a run is named to be promoted where a new one is made. */
export function refusePromoteRunId(options: ParameterValues): void {
  if (options["promote-run-id"] === undefined) return;
  throw new ExpectedError(
    "promote_run_id is a parameter of promote.dig alone: a workflow that makes a run promotes that one",
  );
}
