import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { STAGE_LOG } from "../lib/cli/stage_log.ts";
import { checkParameters } from "../lib/parameters/check.ts";
import { readGiven } from "../lib/parameters/given.ts";

/** Checks a workflow's parameters before anything else runs; an unknown name or bad value is bad input (exit 2). */
export const main = defineCommand({
  name: "scripts/check_parameters.ts",
  summary: "Checks names and values of a workflow's parameters; the first task of each workflow.",
  description: [
    "An unknown name or an invalid value is exit code 2. bin/digdag checks the same before it starts Digdag; this",
    "script is for a Digdag started in another way.",
  ].join("\n"),
  options: {
    given: {
      type: "string",
      required: true,
      value: "TEXT",
      summary: "the task's parameters in Digdag, as percent-encoded JSON",
    },
  },
  async run({ options, env, log, summarize }) {
    const { workflow, parameters } = readGiven(options.given);
    checkParameters(workflow, parameters);
    if (parameters.if_new === "true" && !env[STAGE_LOG]) {
      throw new ExpectedError(
        "if_new=true works only with bin/digdag run without --save and --no-save, which checks before it begins a session",
      );
    }
    const given = Object.entries(parameters).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    const text = given.length === 0 ? "no parameters" : given.join(" ");
    summarize(text);
    log.info(`${workflow}.dig was given ${text}`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
