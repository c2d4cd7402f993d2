import { comparePairs } from "../lib/changes/compare_runs.ts";
import { monthPairs, pairOf } from "../lib/changes/pairs.ts";
import { comparedLines, comparedSummary, failedLines } from "../lib/changes/report_lines.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { CheckFailedError, EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { historyOptions, withHistory } from "../lib/history/history_command.ts";
import { sessionLimits } from "../lib/sql/session_options.ts";

/** Compares two runs value by value and records the changed records; exit 1 if the comparison of a named pair fails. */
export const main = defineCommand({
  name: "scripts/compare_runs.ts",
  summary:
    "Records which artists, labels, masters and releases differ between two runs, and where merged ids went.",
  description: [
    "Appends to the tables comparison_events, record_changes, change_counts and id_moves of hive.discogs_history,",
    "whose *_latest views show the valid comparison of each pair of runs. A pair that was already compared is",
    "skipped; a failed comparison is recorded as failed and retried the next time. No run is changed.",
    "history/README.md describes columns and rules.",
  ].join("\n"),
  options: {
    ...historyOptions,
    "from-run": {
      type: "string",
      value: "RUN_ID",
      summary: "the earlier run (default: the promoted run before the later one)",
    },
    "to-run": { type: "string", value: "RUN_ID", summary: "the later run (default: the active run)" },
    missing: {
      type: "flag",
      summary: "compare every promoted month with the previous one, unless already compared",
    },
  },
  examples: [
    "bin/lake compare_runs --lake hive-data",
    "bin/lake compare_runs --lake hive-data --from-run 2026-06__20260703_070000 --to-run 2026-07__20260803_070000",
  ],
  async run(context) {
    const { options, print, summarize, log } = context;
    const asked = { fromRun: options["from-run"], toRun: options["to-run"] };
    if (options.missing && (asked.fromRun ?? asked.toRun) !== undefined) {
      throw new ExpectedError("--missing conflicts with --from-run and --to-run: omit these");
    }
    const pairs = options.missing ? await monthPairs(options.lake) : [await pairOf(options.lake, asked)];
    const compared = await withHistory(context, (history) =>
      comparePairs(history, pairs, sessionLimits(options)),
    );
    for (const line of comparedLines(compared)) print(line);
    const failed = failedLines(compared);
    if (failed.length > 0 && !options.missing) throw new CheckFailedError(failed.join("; "));
    for (const line of failed) log.warn(line);
    summarize(comparedSummary(compared));
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
