import { counted } from "../lib/cli/amounts.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { historyOptions, withHistory } from "../lib/history/history_command.ts";
import { registerMissingRuns, registerRun } from "../lib/history/register_runs.ts";
import { registeredLine } from "../lib/sql/registered_line.ts";

/** Creates or updates the schema of one run, or of all that lack theirs. */
export const main = defineCommand({
  name: "scripts/register_run_schema.ts",
  summary: "Creates or updates the schema of a run, hive.discogs_r_...: its tables and views.",
  description: [
    "Safe to repeat: an existing schema is updated. --missing registers every finished run whose schema is missing,",
    "incomplete or points elsewhere; a run that can't be registered is reported as a warning and does not stop the",
    "rest.",
  ].join("\n"),
  options: {
    ...historyOptions,
    "run-id": { type: "string", value: "RUN_ID", summary: "the run to register" },
    missing: { type: "flag", summary: "register every run that is unregistered or incomplete" },
  },
  examples: ["bin/lake register_run_schema --lake hive-data --run-id 2025-12__20260120_194923"],
  async run(context) {
    const { print } = context;
    const { "run-id": runId, missing } = context.options;
    if ((runId === undefined) !== missing) {
      throw new ExpectedError(
        "--run-id or --missing is required (register_run_schema.dig: -p run_id=RUN_ID)",
      );
    }
    const registered = await withHistory(context, async (history) =>
      runId === undefined ? registerMissingRuns(history) : [await registerRun(history, runId)],
    );
    context.summarize(
      registered.length === 0
        ? "every run has its schema"
        : `${counted(registered.length, "schema")} created`,
    );
    for (const schema of registered) print(registeredLine(schema));
    if (registered.length === 0) print("every run that can be registered is registered");
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
