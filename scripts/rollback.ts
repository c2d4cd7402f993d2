import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { lakeOption } from "../lib/cli/options.ts";
import { registeredManifest } from "../lib/history/registered_manifests.ts";
import { requireLake } from "../lib/lake/require_lake.ts";
import { SESSION_TIME } from "../lib/lake/run_selection.ts";
import { namedRun, readActive } from "../lib/promotion/active.ts";
import { rollbackTarget } from "../lib/promotion/rollback.ts";
import { noteStaleHistoryPage } from "../lib/report/write_history_page.ts";
import { type RollbackOutcome, rollBackWithReaders } from "../lib/sql/switch_active.ts";

/** The outcome as a workflow shows it, after the name of this step. */
const STATES: Record<RollbackOutcome["outcome"], string> = {
  "rolled back": "is active again",
  "already active": "is already active",
  completed: "was active already, and the last rollback is now complete",
  "would be rolled back": "would be active again",
  "would be completed": "is active already, and the last rollback would be complete",
};

/** Switches `active` back to the run before it, or to the one that `--to` names. */
export const main = defineCommand({
  name: "scripts/rollback.ts",
  summary: "Switches back to the run that the active one replaced.",
  description: [
    "The target is the run that the active one replaced, so repeating the command goes further back, and never to a",
    "run that was rolled back from. It must exist and pass verification. After a failure, the same command completes the",
    "rollback and goes no further back.",
  ].join("\n"),
  options: {
    lake: lakeOption,
    to: { type: "string", value: "RUN_ID", summary: "the run to go back to (default: the one before)" },
    "session-time": {
      type: "string",
      value: "TIME",
      form: SESSION_TIME,
      summary: "session of the workflow: repeated with the same one, it does not go further back",
    },
    "dry-run": { type: "flag", summary: "check and print what would be done, write nothing" },
  },
  examples: [
    "bin/lake rollback --lake hive-data",
    "bin/lake rollback --lake hive-data --to 2025-12__20260120_194923",
  ],
  async run({ options, env, log, print, summarize }) {
    const { lake, "dry-run": dryRun } = options;
    await requireLake(lake);
    const wanted = { to: options.to, request: options["session-time"] };
    const chosenFrom = options.to === undefined ? namedRun(await readActive(lake)) : undefined;
    const target = await rollbackTarget(lake, wanted);
    const recorded = await registeredManifest(lake, target);
    // What was just decided: if `active` is switched until then, the target would be another one.
    const decided = { ...wanted, from: chosenFrom, to: target, recorded, dryRun };
    const { outcome, from, to } = await rollBackWithReaders({ lake, env, log }, decided);
    const before = from === to ? "" : `before: ${from ?? "none"}`;
    print(`${outcome}: run ${to}${before && ` (active ${before})`}`);
    summarize(`run ${to} ${STATES[outcome]}${before && ` (${before})`}`);
    if (outcome === "rolled back") await noteStaleHistoryPage(lake, { env, log });
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
