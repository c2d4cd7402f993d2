import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { promote } from "../lib/lake/promote.ts";
import { runOptions, selectRun, withPositional } from "../lib/lake/run_selection.ts";
import { withReaders } from "../lib/sql/switch_active.ts";

export const main = defineCommand({
  name: "scripts/promote.ts",
  summary: "Makes a sealed run the active one: re-points the lake's active link, atomically.",
  description:
    "Promotes only with --run-mode prod and --allow-promote true; with dev or false it says that nothing was\n" +
    "promoted and ends with 0. The run must be sealed, verify, have all twelve datasets and no CRITICAL false.",
  options: {
    ...runOptions,
    "promote-run-id": { type: "string", value: "RUN_ID", summary: "the run, whatever the session" },
    "run-mode": { type: "string", choices: ["dev", "prod"], required: true, summary: "dev never promotes" },
    "allow-promote": {
      type: "string",
      choices: ["true", "false"],
      required: true,
      summary: "false never promotes",
    },
    "dry-run": { type: "flag", summary: "check and say what would be done, write nothing" },
    "allow-unsealed": { type: "flag", summary: "let a run without a manifest (Python original) be promoted" },
  },
  positionals: ["run_id?"],
  examples: [
    "npx tsx scripts/promote.ts 2025-12__20260120_194923 --lake hive-data --run-mode prod --allow-promote true",
  ],
  async run({ options, positionals, env, log, print }) {
    if (options["run-mode"] !== "prod" || options["allow-promote"] !== "true") {
      const asked = options["run-mode"] === "prod" ? "allow_promote is false" : "run_mode is dev";
      print(`not promoted: ${asked}`);
      return EXIT.ok;
    }
    const named = { ...options, "run-id": options["promote-run-id"] ?? options["run-id"] };
    const { lake, runId } = await selectRun(withPositional(named, positionals));
    const dryRun = options["dry-run"];
    const change = () => promote(lake, runId, { dryRun, allowUnsealed: options["allow-unsealed"], log });
    const { outcome, previous } = await (dryRun ? change() : withReaders({ lake, env, log }, runId, change));
    const before = outcome === "already active" ? "" : ` (active before: ${previous ?? "none"})`;
    print(`${outcome}: run ${runId}${before}`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
