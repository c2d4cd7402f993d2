import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, oneLine } from "../lib/cli/errors.ts";
import { registeredManifest } from "../lib/history/registered_manifests.ts";
import { runOptions, selectRun, withPositional } from "../lib/lake/run_selection.ts";
import { type PromoteResult, promote } from "../lib/promotion/promote.ts";
import { noteStaleHistoryPage } from "../lib/report/write_history_page.ts";
import { writePromotionPage } from "../lib/report/write_run_page.ts";
import { sessionLimits, sessionOptions } from "../lib/sql/session_options.ts";
import { withReaders } from "../lib/sql/switch_active.ts";

/** The outcome as a workflow shows it, after the name of this step. */
const STATES: Record<PromoteResult["outcome"], string> = {
  promoted: "is now active",
  "already active": "is already active",
  "would be promoted": "would be promoted",
};

/** Switches `active` to a sealed run that verifies, brings the lake's readers up to date, and writes the page of the run. */
export const main = defineCommand({
  name: "scripts/promote.ts",
  summary: "Makes a sealed run the active one by switching the lake's active link atomically.",
  description: [
    "Accepts runs of either mode. The run must be sealed, pass verification, have every required dataset and no failed",
    "CRITICAL check, and must not be of an older month than the active run; runs of the same month can be promoted in",
    "any order. After the switch, discogs.duckdb and hive.discogs follow, and a page of the run is written to its",
    "_reports/, once for each promotion.",
  ].join("\n"),
  options: {
    ...runOptions,
    "promote-run-id": {
      type: "string",
      value: "RUN_ID",
      summary: "the run to promote, whatever the session",
    },
    "allow-older": { type: "flag", summary: "allow promoting a run of an older month than the active run" },
    "dry-run": { type: "flag", summary: "check and print what would be done, write nothing" },
    "allow-unsealed": { type: "flag", summary: "allow promoting a run without a manifest (Python original)" },
    "page-optional": {
      type: "flag",
      summary: "only warn if the page can't be written; build_report --missing-page writes it later",
    },
    ...sessionOptions,
  },
  positionals: ["run_id?"],
  examples: ["bin/lake promote 2025-12__20260120_194923 --lake hive-data"],
  async run({ options, positionals, env, log, print, summarize }) {
    const named = { ...options, "run-id": options["promote-run-id"] ?? options["run-id"] };
    const { lake, runId } = await selectRun(withPositional(named, positionals));
    const { "dry-run": dryRun, "allow-older": allowOlder, "allow-unsealed": allowUnsealed } = options;
    const recorded = await registeredManifest(lake, runId);
    const change = () => promote(lake, runId, { dryRun, allowOlder, allowUnsealed, recorded, log });
    const finish = async () => {
      try {
        await writePromotionPage(lake, runId, sessionLimits(options), log);
      } catch (error) {
        if (!options["page-optional"]) throw error;
        log.warn(oneLine(error));
      }
    };
    const context = { lake, env, log, finish };
    const { outcome, previous } = await (dryRun ? change() : withReaders(context, runId, change));
    const before = outcome === "already active" ? "" : `before: ${previous ?? "none"}`;
    print(`${outcome}: run ${runId}${before && ` (active ${before})`}`);
    summarize(`run ${runId} ${STATES[outcome]}${before && ` (${before})`}`);
    if (outcome === "promoted") await noteStaleHistoryPage(lake, { env, log });
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
