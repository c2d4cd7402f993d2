import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { computeKpisV2 } from "../lib/history/compute_kpis_v2.ts";
import { kpiOptions, kpiSelection, withHistory } from "../lib/history/history_command.ts";
import { printComputed } from "../lib/history/report_lines.ts";

export const main = defineCommand({
  name: "scripts/compute_kpis_v2.ts",
  summary:
    "Computes the rankings of KPI set v2 of every complete run: styles, genres, labels, decades, countries, formats.",
  description: [
    "Complete are the runs whose status in the registry is ok; --include-active true takes the active run as well.",
    "A KPI whose query fails is recorded as failed_query, warned of, and does not stop the rest (exit code 0).",
  ].join("\n"),
  options: kpiOptions,
  async run(context) {
    const computed = await withHistory(context, (history) => computeKpisV2(history, kpiSelection(context)));
    printComputed(
      context,
      computed.map(({ runId, items }) => ({ runId, kpis: items })),
    );
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
