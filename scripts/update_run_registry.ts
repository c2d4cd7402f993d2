import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { historyOptions, withHistory } from "../lib/history/history_command.ts";
import { observationLines, observationSummary } from "../lib/history/report_lines.ts";
import { updateRunRegistry } from "../lib/history/update_run_registry.ts";

/** Appends the present state of every run to the registry. */
export const main = defineCommand({
  name: "scripts/update_run_registry.ts",
  summary:
    "Appends the present state of every run to the registry, hive.discogs_history.run_registry_events.",
  description: "Safe to repeat. No table or view of a run's schema is created or changed.",
  options: {
    ...historyOptions,
    action: {
      type: "string",
      default: "update_run_registry",
      value: "NAME",
      summary: "action recorded in the events",
    },
  },
  async run(context) {
    const { action } = context.options;
    const observation = await withHistory(context, (history) =>
      updateRunRegistry(history, { action, always: true }),
    );
    context.summarize(observationSummary(observation));
    for (const line of observationLines(observation)) context.print(line);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
