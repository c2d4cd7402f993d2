import { runAsEntrypoint } from "../lib/cli/command.ts";
import { computeKpisV2 } from "../lib/history/compute_kpis_v2.ts";
import { defineKpiCommand } from "../lib/history/kpi_command.ts";

/** Computes the missing KPIs of set v2, the rankings. */
export const main = defineKpiCommand({
  name: "scripts/compute_kpis_v2.ts",
  summary:
    "Computes KPI set v2 of every complete run: rankings of styles, genres, labels, decades, countries, formats.",
  async compute(history, selection) {
    const { runs, unchanged } = await computeKpisV2(history, selection);
    return { runs: runs.map(({ runId, items, kept }) => ({ runId, kpis: items, kept })), unchanged };
  },
});

await runAsEntrypoint(import.meta.url, main);
