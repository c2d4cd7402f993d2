import { driftGate } from "../lib/checks/drift_gate.ts";
import { driftOptions } from "../lib/checks/drift_options.ts";
import { checkTable, reportJson } from "../lib/checks/render.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { CheckFailedError, EXIT } from "../lib/cli/errors.ts";
import { DRIFT_GATE, writeReport } from "../lib/lake/reports.ts";
import { runOptions, selectRun } from "../lib/lake/run_selection.ts";

export const main = defineCommand({
  name: "scripts/drift_gate.ts",
  summary: "Compares a run's rows and anomalies with those of the promoted run before it.",
  description: [
    "That is the sealed, once promoted run with the greatest dump month not after this run's, then the latest one.",
    "A dataset that shrank or grew by more than allowed, or an anomaly that became more than twice as frequent and",
    "rose by more than 100, fails, unless --accept-drift is true. The report goes to the run's _reports/.",
  ].join("\n"),
  options: {
    ...runOptions,
    ...driftOptions,
  },
  async run({ options, log, print }) {
    const run = await selectRun(options);
    if (run.state === "sealed") {
      log.info(`run ${run.runId} is sealed: nothing to compare`);
      return EXIT.ok;
    }
    const report = await driftGate(options.lake, run, {
      maxDropPct: options["max-drop-pct"],
      maxGrowthPct: options["max-growth-pct"],
      acceptDrift: options["accept-drift"] === "true",
    });
    const path = await writeReport(run.dir, DRIFT_GATE, "json", reportJson(report));
    if (report.baseline === null) print("drift gate skipped: no promoted run of this dump month or before");
    else for (const line of checkTable(report.checks)) print(line);
    log.info(`report: ${path}`);
    const drifted = report.checks.filter(({ ok }) => !ok).map(({ name, details }) => `${name} (${details})`);
    if (drifted.length === 0) return EXIT.ok;
    const what = `run ${run.runId} has drifted from ${report.baseline}: ${drifted.join("; ")}`;
    if (!report.passed)
      throw new CheckFailedError(`${what}; if that is right, repeat with accept_drift=true`);
    log.warn(`${what}; accepted, as accept_drift is true`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
