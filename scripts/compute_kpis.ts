import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { computeKpis } from "../lib/history/compute_kpis.ts";
import { kpiOptions, kpiSelection, withHistory } from "../lib/history/history_command.ts";
import { printComputed } from "../lib/history/report_lines.ts";

export const main = defineCommand({
  name: "scripts/compute_kpis.ts",
  summary:
    "Computes the KPIs of every complete run and appends them to hive.discogs_history.kpi_snapshot_events.",
  description: [
    "Complete are the runs whose status in the registry is ok; --include-active true takes the active run as well.",
    "A KPI whose query fails is recorded as failed_query, warned of, and does not stop the rest (exit code 0).",
  ].join("\n"),
  options: kpiOptions,
  async run(context) {
    const computed = await withHistory(context, (history) => computeKpis(history, kpiSelection(context)));
    printComputed(
      context,
      computed.map(({ runId, kpis }) => ({ runId, kpis: kpis })),
    );
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
