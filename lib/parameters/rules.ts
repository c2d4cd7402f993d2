import { ACCEPTED_DRIFT_FORM, acceptedDriftProblem } from "../checks/accepted_drift.ts";
import { runChoices } from "../datasets/choose.ts";
import { isDumpMonth, isRunId } from "../files/run_id.ts";
import { runDatasetsProblem } from "../lake/run_datasets.ts";
import { S3_LOCATION } from "../publish/location.ts";
import { MEMORY_SIZE } from "../sql/memory_size.ts";

/** The valid values of a parameter. Empty values are not checked. */
export interface Rule {
  /** Follows "must be" in a message: `dev or prod`. */
  form: string;
  /** Placeholder in documentation: `dev`, `YYYY-MM`. */
  placeholder: string;
  /** All allowed values, if they are few. */
  choices?: readonly string[];
  /** Names the wrong part of an invalid value that has several, and the closest valid one. */
  problem?(value: string): string | undefined;
  allows(value: string): boolean;
}

/** One of these words, exactly. */
export function oneOf(...choices: string[]): Rule {
  return {
    form: choices.join(" or "),
    placeholder: choices.join(", "),
    choices,
    allows: (value) => choices.includes(value),
  };
}

function matching(pattern: RegExp, form: string, placeholder: string): Rule {
  return { form, placeholder, allows: (value) => pattern.test(value) };
}

/** `true` or `false`. */
export const trueOrFalse = oneOf("true", "false");

/** A month, `YYYY-MM`. */
export const month: Rule = {
  form: "a month like 2026-09",
  placeholder: "YYYY-MM",
  allows: isDumpMonth,
};

/** The id of a run. */
export const runId: Rule = {
  form: "a run id like 2026-09__20261121_081901, with an existing date and time",
  placeholder: "RUN_ID",
  allows: isRunId,
};

/** A percentage, 0 or more. */
export const percent: Rule = {
  form: "a whole number of percent like 5",
  placeholder: "PERCENT",
  allows: (value) => /^\d+$/.test(value) && Number.isSafeInteger(Number(value)),
};

/** An amount of memory, e.g. `2GB`. */
export const memorySize = matching(MEMORY_SIZE.pattern, MEMORY_SIZE.name, "SIZE");

/** A place in an S3-compatible store. */
export const s3Location = matching(S3_LOCATION.pattern, S3_LOCATION.name, "S3_URL");

/** Everything, nothing, or named columns and counts of existing datasets. */
export const acceptedDrift: Rule = {
  form: ACCEPTED_DRIFT_FORM,
  placeholder: "true, false, NAMES",
  allows: (value) => acceptedDriftProblem(value) === undefined,
  problem: acceptedDriftProblem,
};

/** The datasets of a run: all, the historical ones, or those and the named ones. */
export const runDatasets: Rule = {
  form: runChoices.form,
  placeholder: "all, historical, NAMES",
  allows: (value) => runDatasetsProblem(value) === undefined,
  problem: runDatasetsProblem,
};

/** A name. */
export const word = matching(
  /^[a-z]\w*$/i,
  "a name of letters, digits and _, starting with a letter",
  "NAME",
);

/** A path may contain anything, unless it looks like an option. */
export const path = matching(/^[^-]/, "a path (write ./ before a name that begins with -)", "PATH");
