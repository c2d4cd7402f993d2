import { runAsEntrypoint } from "../lib/cli/command.ts";
import { computeKpisV3 } from "../lib/history/compute_kpis.ts";
import { defineKpiCommand } from "../lib/history/kpi_command.ts";

/** Computes the missing KPIs of set v3, those of the detail datasets. */
export const main = defineKpiCommand({
  name: "scripts/compute_kpis_v3.ts",
  summary:
    "Computes KPI set v3 of every complete run: rows of the detail datasets, and the shares of releases with them.",
  compute: computeKpisV3,
});

await runAsEntrypoint(import.meta.url, main);
