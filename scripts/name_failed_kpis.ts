import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { failedKpisOf } from "../lib/history/failed_kpis.ts";
import { kpiRunOptions, selectedRuns, withHistory } from "../lib/history/history_command.ts";
import { failureLines } from "../lib/history/report_lines.ts";

/** Lists the KPIs whose last computation failed; they are reported, and the exit code is 0. */
export const main = defineCommand({
  name: "scripts/name_failed_kpis.ts",
  summary: "Lists the KPIs of complete runs, of all sets, whose last computation failed.",
  description: [
    "The last step of compute_kpis.dig, for the same runs as its other steps. Prints a warning for each run with such",
    "KPIs, or one line if there are none; the exit code is 0 either way. Computes nothing.",
  ].join("\n"),
  options: kpiRunOptions,
  async run(context) {
    const { runs, failed } = await withHistory(context, (history) =>
      failedKpisOf(history, selectedRuns(context)),
    );
    for (const line of failureLines(failed)) context.log.warn(line);
    if (failed.length === 0)
      context.print(`no KPI failed when last computed (complete runs: ${runs.length})`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
