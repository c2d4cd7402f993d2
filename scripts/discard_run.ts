import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { forgetSessions } from "../lib/digdag/session.ts";
import { discardRun } from "../lib/lake/discard.ts";
import { requireLake } from "../lib/lake/require_lake.ts";
import { runOptions, selectRun, withPositional } from "../lib/lake/run_selection.ts";

/** Deletes an unsealed run and closes its sessions; a sealed run is refused (exit 2). */
export const main = defineCommand({
  name: "scripts/discard_run.ts",
  summary: "Deletes an unsealed run with everything in it.",
  description:
    "Refuses a sealed run, and a run that a live process is writing. Closes the run's unfinished workflow sessions.",
  options: runOptions,
  positionals: ["run_id?"],
  examples: ["bin/lake discard_run 2025-12__20260120_194923 --lake hive-data"],
  async run({ options, positionals, print }) {
    await requireLake(options.lake);
    const selection = withPositional(options, positionals);
    const runId = selection["run-id"] ?? (await selectRun(selection)).runId;
    await discardRun(options.lake, runId, () => forgetSessions(options.lake, runId));
    print(`discarded: run ${runId}`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
