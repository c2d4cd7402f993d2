import { parseAcceptedDrift } from "../lib/checks/accepted_drift.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { STAGE_LOG } from "../lib/cli/stage_log.ts";
import { attemptBegan } from "../lib/digdag/stage_times.ts";
import { runDatasetsOption } from "../lib/lake/run_datasets.ts";
import { runOptions } from "../lib/lake/run_selection.ts";
import { type BegunRun, beginRun } from "../lib/preflight/begin_run.ts";
import { checkTools, inLake } from "../lib/preflight/machine.ts";
import { namedParameters, runParameterOptions } from "../lib/preflight/parameters.ts";
import { S3_LOCATION } from "../lib/publish/location.ts";
import { s3Options } from "../lib/publish/s3_options.ts";

const MESSAGES: Record<BegunRun["state"], string> = {
  new: "begun",
  ready: "ready",
  resumed: "resumed",
  "being sealed": "complete, about to be sealed",
  sealed: "already sealed: nothing to do",
  "awaiting dumps": "waiting for its dumps to be downloaded",
};

/** What Digdag does without --session, unless a scheduler has begun the session. */
const DEFAULT_SESSION =
  "the session is of midnight, as Digdag's are by default, and a second month on the same day would be skipped as done: " +
  "start each run with --session \"$(date -u '+%Y-%m-%d %H:%M:%S')\", or with bin/digdag";

/** Checks parameters, dumps, lake and tools, and begins a run or resumes that of the session; a failed check is exit 2. */
export const main = defineCommand({
  name: "scripts/preflight.ts",
  summary: "Checks everything a run needs and begins it, or resumes the run of this session.",
  description: [
    "Checks the values of the parameters as they are written, the dump files, the lake and the tools. For a new run,",
    "creates _runs/_building.RUN_ID with run.json. The dump month is the given one, else the newest with four files.",
    "Prints the run id.",
  ].join("\n"),
  options: {
    ...runOptions,
    ...runParameterOptions,
    datasets: { ...runDatasetsOption, default: "all" },
    "raw-root": {
      type: "path",
      env: "DISCOGS_RAW",
      value: "DIR",
      summary: "directory of the months' dump files",
    },
    "to-promote": {
      type: "flag",
      summary: "the run will be promoted: refuse it now if its month is older than that of the active run",
    },
    "publish-to": {
      type: "string",
      value: "S3_URL",
      form: S3_LOCATION,
      summary: "with --to-promote: where the run will be published; it must be reachable now",
    },
    ...s3Options,
  },
  examples: ["bin/lake preflight --lake hive-data --raw-root raw --session-time 2026-01-20T19:49:23Z"],
  async run({ options, env, log, print, summarize }) {
    parseAcceptedDrift(options["accept-drift"]);
    await checkTools();
    const { runId, state } = await inLake(options.lake, async () => {
      if (options["to-promote"] && options["publish-to"] !== undefined) {
        // The package of AWS is loaded only where it is needed.
        const { checkStore } = await import("../lib/publish/follow_active.ts");
        await checkStore(options["publish-to"], options, log);
      }
      const time = options["session-time"] ?? "";
      if (/T00:00:00/.test(time) && (env[STAGE_LOG] ?? "") === "") log.warn(DEFAULT_SESSION);
      return beginRun({
        selection: options,
        rawRoot: options["raw-root"],
        runMode: options["run-mode"] === "prod" ? "prod" : "dev",
        datasets: options.datasets,
        parameters: namedParameters(runParameterOptions, options),
        downloads: options["do-download"] === "true",
        log,
        inOrder: options["to-promote"] && options["allow-older"] === "false",
        attemptBegan: await attemptBegan(env),
      });
    });
    log.info(`run ${runId}: ${MESSAGES[state]}`);
    summarize(`run ${runId} ${MESSAGES[state]}`);
    print(runId);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
