import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { lakeOption } from "../lib/cli/options.ts";
import { requireKnownRun } from "../lib/lake/known_runs.ts";
import { diffText } from "../lib/run_diff/diff_text.ts";
import { runDiff } from "../lib/run_diff/run_diff.ts";

export const main = defineCommand({
  name: "scripts/diff_runs.ts",
  summary: "Shows two runs side by side: rows, anomalies, filled shares and KPIs, with their differences.",
  description: [
    "The figures are those of the manifests, archived runs included, and of the history; runs of the Python original have",
    "no manifest, so that their rows are counted. What a run does not have is shown as not made, and not as 0. The fields",
    "of --json are in docs/operations.md.",
  ].join("\n"),
  options: {
    lake: lakeOption,
    all: { type: "flag", summary: "also what is the same in both runs" },
    json: { type: "flag", summary: "print JSON, with everything" },
  },
  positionals: ["from_run_id", "to_run_id"],
  examples: [
    "npx tsx scripts/diff_runs.ts 2026-06__20260703_070000 2026-07__20260803_070000 --lake hive-data",
  ],
  async run({ options, positionals: [from = "", to = ""], print }) {
    const { lake, all, json } = options;
    const diff = await runDiff(lake, await requireKnownRun(lake, from), await requireKnownRun(lake, to));
    if (json) print(JSON.stringify(diff, null, 2));
    else for (const line of diffText(diff, { all })) print(line);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
