import { counted } from "../lib/cli/amounts.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { lakePaths } from "../lib/files/paths.ts";
import { exportHistoryCsv } from "../lib/history/export_csv.ts";
import { historyOptions, withHistory } from "../lib/history/history_command.ts";
import { failureLines } from "../lib/history/report_lines.ts";

/** Writes the CSV files of the history, replacing the previous ones by rename. */
export const main = defineCommand({
  name: "scripts/export_history_csv.ts",
  summary: "Writes the KPIs of all complete runs as CSV: long, wide, and KPI sets v2 and v3.",
  description: [
    "Replaces history_kpis_{long,wide}_latest.csv, history_kpis_v2_long_latest.csv and",
    "history_kpis_v3_{long,wide}_latest.csv. Ends with a warning for KPIs whose last computation failed.",
  ].join("\n"),
  options: {
    ...historyOptions,
    "out-dir": {
      type: "path",
      value: "DIR",
      summary: "directory of the files (default: _meta/discogs_history/reports in the lake)",
    },
    "with-timestamp": {
      type: "string",
      choices: ["true", "false"],
      default: "false",
      summary: "also write copies with the time in their names",
    },
  },
  async run(context) {
    const { options, log, print, summarize } = context;
    const outDir = options["out-dir"] ?? lakePaths(options.lake).historyReports;
    const withTimestamp = options["with-timestamp"] === "true";
    const { files, failed } = await withHistory(context, (history) =>
      exportHistoryCsv(history, { outDir, withTimestamp }),
    );
    summarize(`${counted(files.length, "file")} in ${outDir}`);
    for (const { path, rows } of files) print(`${path}: ${counted(rows, "row")}`);
    for (const line of failureLines(failed)) log.warn(line);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
