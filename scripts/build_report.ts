import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { historyOptions, withHistory } from "../lib/history/history_command.ts";
import { requireActiveRun } from "../lib/promotion/active.ts";
import { writeHistoryPage } from "../lib/report/write_history_page.ts";
import { writeRunPage } from "../lib/report/write_run_page.ts";
import { sessionLimits } from "../lib/sql/session_options.ts";

export const main = defineCommand({
  name: "scripts/build_report.ts",
  summary: "Writes the report page on all months and runs of the lake, one self-contained HTML file.",
  description: [
    "KPIs over the months, coverage, top labels, styles and genres, filled shares, anomalies with the band that the",
    "drift gate accepts, runs, promotions and stage times. It shows what the history has recorded: run",
    "history_pipeline.dig for the KPIs of a new run. The file is replaced in whole and opens from disk.",
    "With --active also the page of the active run: its datasets with columns, filled shares and first rows, sources and",
    "checks, as a new file in its _reports/.",
  ].join("\n"),
  options: {
    ...historyOptions,
    active: { type: "flag", summary: "also write a page of the active run, into its _reports/" },
    "out-dir": {
      type: "path",
      value: "DIR",
      summary: "directory of history.html (default: _meta/discogs_history/reports in the lake)",
    },
  },
  examples: ["npx tsx scripts/build_report.ts --lake hive-data"],
  async run(context) {
    const { options, log, print, summarize } = context;
    if (options.active) {
      const { dir } = await requireActiveRun(options.lake);
      print(await writeRunPage(dir, sessionLimits(options), log));
    }
    summarize(options.active ? "the page of the run, and that of all months" : "the page of all months");
    print(await withHistory(context, (history) => writeHistoryPage(history, options["out-dir"])));
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
