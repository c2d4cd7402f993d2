import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { requireRunId } from "../lib/lake/run_id.ts";
import { namedParameters, parameterOptions } from "../lib/preflight/parameters.ts";

export const main = defineCommand({
  name: "scripts/check_parameters.ts",
  summary: "Checks the parameters of a workflow that makes no run of its own, by their exact text.",
  options: {
    ...parameterOptions,
    "promote-run-id": { type: "string", value: "RUN_ID", summary: "the run to promote" },
    "rollback-run-id": { type: "string", value: "RUN_ID", summary: "the run to go back to" },
  },
  examples: ["npx tsx scripts/check_parameters.ts --run-mode prod --allow-promote true"],
  async run({ options, log }) {
    for (const runId of [options["promote-run-id"], options["rollback-run-id"]]) {
      if (runId !== undefined) requireRunId(runId);
    }
    const given = Object.entries(namedParameters(parameterOptions, options)).map(
      ([name, value]) => `${name}=${value}`,
    );
    log.info(`parameters: ${given.join(" ")}`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
