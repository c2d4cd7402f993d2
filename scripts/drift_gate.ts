import { parseAcceptedDrift } from "../lib/checks/accepted_drift.ts";
import type { CheckResult } from "../lib/checks/check.ts";
import { type DriftReport, driftGate } from "../lib/checks/drift_gate.ts";
import { driftOptions } from "../lib/checks/drift_options.ts";
import { checkTable, reportJson } from "../lib/checks/render.ts";
import { noteCheckResults } from "../lib/checks/show_checks.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { CheckFailedError, EXIT } from "../lib/cli/errors.ts";
import type { Logger } from "../lib/cli/log.ts";
import { DRIFT_GATE, writeReport } from "../lib/lake/reports.ts";
import { runOptions, selectRun } from "../lib/lake/run_selection.ts";
import { sessionOptions } from "../lib/sql/session_options.ts";

/** Compares a run with the previous promoted one; exit 1 if a difference was not accepted. */
export const main = defineCommand({
  name: "scripts/drift_gate.ts",
  summary: "Compares a run with the previous promoted run: rows, anomalies, columns, references.",
  description: [
    "The baseline is the sealed, once promoted run with the latest dump month up to this run's; of several, the",
    "latest run. Fails if a dataset shrinks or grows by more than allowed, if an anomaly (orphans included) becomes",
    "more than twice as frequent and rises by more than 100, or if the fill rate, the variety or the length of a",
    "column's values changes too much, unless --accept-drift is true or names the check. Without a baseline, only what",
    "holds for every month is checked.",
    "The report goes to the run's _reports/. docs/checks.md lists all checks.",
  ].join("\n"),
  options: {
    ...runOptions,
    ...driftOptions,
    ...sessionOptions,
  },
  examples: [
    "bin/lake drift_gate --lake hive-data --run-id 2026-09__20260901_060000",
    "bin/lake drift_gate --lake hive-data --run-id 2026-09__20260901_060000 --accept-drift releases_v6.status",
  ],
  async run({ options, log, print, summarize }) {
    const accepted = parseAcceptedDrift(options["accept-drift"]);
    const run = await selectRun(options);
    if (run.state === "sealed") {
      log.info(`run ${run.runId} is sealed: nothing to compare`);
      return EXIT.ok;
    }
    const report = await driftGate(options.lake, run, {
      maxDropPct: options["max-drop-pct"],
      maxGrowthPct: options["max-growth-pct"],
      accepted,
      threads: options.threads,
      memoryLimit: options["memory-limit"],
    });
    const path = await writeReport(run.dir, DRIFT_GATE, "json", reportJson(report));
    if (report.baseline === null) {
      print("no promoted run of this dump month or before: checking only what holds for every month");
    }
    const shown = report.checks.filter(({ name, ok }) => !ok || name.endsWith(".rows"));
    for (const line of checkTable(shown)) print(line);
    noteCheckResults(report.checks, report.accepted);
    summarize(report.baseline === null ? "no run to compare with" : `compared with ${report.baseline}`);
    print(`${report.checks.length} checks, all in ${path}`);
    log.info(`report: ${path}`);
    settle(run.runId, report, log);
    return EXIT.ok;
  },
});

/** Throws CheckFailedError for failed checks that were not accepted; warns about accepted ones. */
function settle(runId: string, { checks, baseline, accepted }: DriftReport, log: Logger): void {
  const failed = checks.filter(({ ok }) => !ok);
  const text = (list: readonly CheckResult[]) =>
    list.map(({ name, details }) => `${name} (${details})`).join("; ");
  const from = baseline === null ? "is not like any month" : `has drifted from ${baseline}`;
  const letPass = failed.filter(({ name }) => accepted.includes(name));
  if (letPass.length > 0) log.warn(`run ${runId} ${from}: ${text(letPass)}; accepted by accept_drift`);
  const left = failed.filter(({ name }) => !accepted.includes(name));
  if (left.length === 0) return;
  throw new CheckFailedError(
    `run ${runId} ${from}: ${text(left)}; if this is correct, repeat with ` +
      `accept_drift=${left.map(({ name }) => name).join(",")}`,
  );
}

await runAsEntrypoint(import.meta.url, main);
