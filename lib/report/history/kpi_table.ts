import { countText, decimalText } from "../../cli/amounts.ts";
import type { HistoryData } from "../data/history.ts";
import { percent } from "../format.ts";
import type { Section } from "../page/document.ts";
import { details, table } from "../page/parts.ts";

const MONTHS = 12;

/** Every KPI of the last months; undefined if none is recorded. */
export function kpiSection({ months }: Pick<HistoryData, "months">): Section | undefined {
  const shown = months.slice(-MONTHS);
  const names = [...new Set(shown.flatMap(({ kpis }) => [...kpis.keys()]))].sort();
  if (names.length === 0) return undefined;
  return {
    id: "kpis",
    title: "All KPIs",
    short: "KPIs",
    about:
      "As in history_kpis_wide_latest.csv and history_kpis_v3_wide_latest.csv, with basis points as shares.",
    body: details(
      `${names.length} KPIs, the last months`,
      table({
        label: "KPIs by month",
        columns: ["KPI", ...shown.map(({ month }) => ({ name: month, kind: "number" as const }))],
        rows: names.map((name) => [
          name,
          ...shown.map(({ kpis }) => {
            const value = kpis.get(name);
            return value === undefined ? undefined : kpiText(name, value);
          }),
        ]),
      }),
      "group",
    ),
  };
}

function kpiText(name: string, value: number): string {
  if (!name.endsWith("_bp")) return countText(value);
  return name.startsWith("avg_") ? decimalText(value / 10_000, 2) : percent(value / 10_000);
}
