import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { registeredManifest } from "../lib/history/registered_manifests.ts";
import { runOptions, selectRun, withPositional } from "../lib/lake/run_selection.ts";
import { promote } from "../lib/promotion/promote.ts";
import { withReaders } from "../lib/sql/switch_active.ts";

export const main = defineCommand({
  name: "scripts/promote.ts",
  summary: "Makes a sealed run the active one: re-points the lake's active link, atomically.",
  description:
    "Whatever the mode it was made in. The run must be sealed, verify, have all twelve datasets and no CRITICAL false,\n" +
    "and not be of an older month than the active one; runs of the same month may follow one another in any order.",
  options: {
    ...runOptions,
    "promote-run-id": { type: "string", value: "RUN_ID", summary: "the run, whatever the session" },
    "allow-older": { type: "flag", summary: "let a run of an older month than the active one's be promoted" },
    "dry-run": { type: "flag", summary: "check and say what would be done, write nothing" },
    "allow-unsealed": { type: "flag", summary: "let a run without a manifest (Python original) be promoted" },
  },
  positionals: ["run_id?"],
  examples: ["npx tsx scripts/promote.ts 2025-12__20260120_194923 --lake hive-data"],
  async run({ options, positionals, env, log, print }) {
    const named = { ...options, "run-id": options["promote-run-id"] ?? options["run-id"] };
    const { lake, runId } = await selectRun(withPositional(named, positionals));
    const { "dry-run": dryRun, "allow-older": allowOlder, "allow-unsealed": allowUnsealed } = options;
    const recorded = await registeredManifest(lake, runId);
    const change = () => promote(lake, runId, { dryRun, allowOlder, allowUnsealed, recorded, log });
    const { outcome, previous } = await (dryRun ? change() : withReaders({ lake, env, log }, runId, change));
    const before = outcome === "already active" ? "" : ` (active before: ${previous ?? "none"})`;
    print(`${outcome}: run ${runId}${before}`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
