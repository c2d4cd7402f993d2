import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { historyOptions, withHistory } from "../lib/history/history_command.ts";
import { observationLines, observationSummary } from "../lib/history/report_lines.ts";
import { updateRunRegistry } from "../lib/history/update_run_registry.ts";

/** Compares the runs of the lake with their schemas and appends every changed state to the registry. */
export const main = defineCommand({
  name: "scripts/reconcile_register.ts",
  summary: "Compares the runs of the lake with their schemas and records the result in the registry.",
  description: [
    "Each run is recorded as ok, missing_data, failed_incomplete, skipped_active (the active run), archived or",
    "missing. Only observes: no table or view of a run's schema is created or changed. Safe to repeat:",
    "nothing is recorded if every run is as in the registry.",
  ].join("\n"),
  options: historyOptions,
  async run(context) {
    const observation = await withHistory(context, (history) =>
      updateRunRegistry(history, { action: "reconcile_register", always: false }),
    );
    context.summarize(observationSummary(observation));
    for (const line of observationLines(observation)) context.print(line);
    if (!observation.isRecorded)
      context.log.info("the registry has these states already: nothing is appended");
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
