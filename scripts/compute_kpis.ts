import { runAsEntrypoint } from "../lib/cli/command.ts";
import { computeKpis } from "../lib/history/compute_kpis.ts";
import { defineKpiCommand } from "../lib/history/kpi_command.ts";

export const main = defineKpiCommand({
  name: "scripts/compute_kpis.ts",
  summary:
    "Computes the KPIs of every complete run and appends them to hive.discogs_history.kpi_snapshot_events.",
  compute: computeKpis,
});

await runAsEntrypoint(import.meta.url, main);
