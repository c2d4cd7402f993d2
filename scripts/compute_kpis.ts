import { runAsEntrypoint } from "../lib/cli/command.ts";
import { computeKpis } from "../lib/history/compute_kpis.ts";
import { defineKpiCommand } from "../lib/history/kpi_command.ts";

/** Computes the missing KPIs of set v1; one that can't be computed is recorded as failed and does not fail the script. */
export const main = defineKpiCommand({
  name: "scripts/compute_kpis.ts",
  summary:
    "Computes the KPIs of every complete run and appends them to hive.discogs_history.kpi_snapshot_events.",
  compute: computeKpis,
});

await runAsEntrypoint(import.meta.url, main);
