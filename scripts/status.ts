import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { lakeOption } from "../lib/cli/options.ts";
import { lakeStatus } from "../lib/status/lake_status.ts";
import { statusText } from "../lib/status/status_text.ts";

/** Prints the state of a lake; exit 1 if it has problems, which the last lines list. */
export const main = defineCommand({
  name: "scripts/status.ts",
  summary: "Shows the state of a lake: runs, the active one, unfinished sessions, disk.",
  description: [
    "Only reads, and can run while runs are made. Compares names and sizes of a sealed run's files with its manifest;",
    "verify_run.ts compares their contents. The next month is estimated from recent ones. Problems are listed last",
    "and give exit code 1. docs/operations.md describes the fields of --json.",
  ].join("\n"),
  options: {
    lake: lakeOption,
    "raw-root": {
      type: "path",
      env: "DISCOGS_RAW",
      value: "DIR",
      summary: "directory of the months' dump files",
    },
    json: { type: "flag", summary: "print JSON" },
  },
  examples: ["bin/lake status --lake hive-data"],
  async run({ options, env, print }) {
    const { lake, json } = options;
    const status = await lakeStatus({ lake, rawRoot: options["raw-root"], env, cwd: process.cwd() });
    if (json) print(JSON.stringify(status, null, 2));
    else for (const line of statusText(status)) print(line);
    return status.problems.length === 0 ? EXIT.ok : EXIT.checkFailed;
  },
});

await runAsEntrypoint(import.meta.url, main);
