import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { lakeOption } from "../lib/cli/options.ts";
import { requireKnownRun } from "../lib/lake/known_runs.ts";
import { diffText } from "../lib/run_diff/diff_text.ts";
import { runDiff } from "../lib/run_diff/run_diff.ts";

/** Prints rows, anomalies, fill rates and KPIs of two runs side by side; differences are no failure. */
export const main = defineCommand({
  name: "scripts/diff_runs.ts",
  summary: "Shows two runs side by side: rows, anomalies, fill rates and KPIs, with their differences.",
  description: [
    "The figures come from the manifests, also of archived runs, and from the history. Runs of the Python original",
    "have no manifest, so their rows are counted. Values that a run does not have are shown as not made, not as 0.",
    "docs/operations.md describes the fields of --json.",
  ].join("\n"),
  options: {
    lake: lakeOption,
    all: { type: "flag", summary: "include what is the same in both runs" },
    json: { type: "flag", summary: "print JSON, including what is the same" },
  },
  positionals: ["from_run_id", "to_run_id"],
  examples: ["bin/lake diff_runs 2026-06__20260703_070000 2026-07__20260803_070000 --lake hive-data"],
  async run({ options, positionals: [from = "", to = ""], print }) {
    const { lake, all, json } = options;
    const diff = await runDiff(lake, await requireKnownRun(lake, from), await requireKnownRun(lake, to));
    if (json) print(JSON.stringify(diff, null, 2));
    else for (const line of diffText(diff, { all })) print(line);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
