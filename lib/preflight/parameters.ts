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
  ...driftOptions,
} as const satisfies OptionSpecs;

export type ParameterValues = OptionValues<typeof parameterOptions>;

/** The parameters by their names in the workflows, for the record of a run. */
export function namedParameters(options: ParameterValues): Record<string, string> {
  const named: Record<string, string> = {};
  for (const name of Object.keys(parameterOptions) as (keyof ParameterValues)[]) {
    const value = options[name];
    if (value !== undefined) named[name.replaceAll("-", "_")] = String(value);
  }
  return named;
}

/** ExpectedError when a run is named to be promoted where a new one is made. */
export function refusePromoteRunId(options: ParameterValues): void {
  if (options["promote-run-id"] === undefined) return;
  throw new ExpectedError(
    "promote_run_id is a parameter of promote.dig alone: a workflow that makes a run promotes that one",
  );
}
