import { runAsEntrypoint } from "../lib/cli/command.ts";
import { computeKpisV2 } from "../lib/history/compute_kpis_v2.ts";
import { defineKpiCommand } from "../lib/history/kpi_command.ts";

export const main = defineKpiCommand({
  name: "scripts/compute_kpis_v2.ts",
  summary:
    "Computes KPI set v2 of every complete run: rankings of styles, genres, labels, decades, countries, formats.",
  compute: async (history, selection) =>
    (await computeKpisV2(history, selection)).map(({ runId, items }) => ({ runId, kpis: items })),
});

await runAsEntrypoint(import.meta.url, main);
