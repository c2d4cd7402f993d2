import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { historyOptions, withHistory } from "../lib/history/history_command.ts";
import { requireActiveRun } from "../lib/promotion/active.ts";
import { writeHistoryPage } from "../lib/report/write_history_page.ts";
import { writePromotionPage, writeRunPage } from "../lib/report/write_run_page.ts";
import { sessionLimits } from "../lib/sql/session_options.ts";

/** Writes the page of all months, with `--active` also that of the active run, as self-contained HTML. */
export const main = defineCommand({
  name: "scripts/build_report.ts",
  summary: "Writes the report page of all months and runs of the lake as one self-contained HTML file.",
  description: [
    "Shows KPIs over the months, coverage, top labels, styles and genres, fill rates, anomalies with the range",
    "that the drift gate accepts, runs, promotions and stage times, as recorded in the history: run",
    "history_pipeline.dig first for the KPIs of a new run. The file is replaced atomically and opens from disk.",
    "--active also writes a page of the active run to its _reports/: datasets with columns, fill rates and first",
    "rows, sources and checks. Promotion already wrote one; a page made later also includes the checks",
    "that ran after it.",
  ].join("\n"),
  options: {
    ...historyOptions,
    active: { type: "flag", summary: "also write a page of the active run to its _reports/" },
    "missing-page": {
      type: "flag",
      summary: "write that page only if the promotion of the active run did not",
    },
    "out-dir": {
      type: "path",
      value: "DIR",
      summary: "directory of history.html (default: _meta/discogs_history/reports in the lake)",
    },
  },
  examples: ["bin/lake build_report --lake hive-data"],
  async run(context) {
    const { options, log, print, summarize } = context;
    const ofRun = await pageOfActive();
    if (ofRun !== undefined) print(ofRun);
    summarize(`${ofRun === undefined ? "" : "the page of the run and "}the page of all months`);
    print(await withHistory(context, (history) => writeHistoryPage(history, options["out-dir"])));
    return EXIT.ok;

    async function pageOfActive(): Promise<string | undefined> {
      if (!options.active && !options["missing-page"]) return undefined;
      const { dir, runId } = await requireActiveRun(options.lake);
      const limits = sessionLimits(options);
      return options.active
        ? writeRunPage(dir, limits, log)
        : writePromotionPage(options.lake, runId, limits, log);
    }
  },
});

await runAsEntrypoint(import.meta.url, main);
