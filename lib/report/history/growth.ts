import { countText } from "../../cli/amounts.ts";
import { lineChart } from "../charts/line_chart.ts";
import type { HistoryData } from "../data/history.ts";
import { growth, UNKNOWN } from "../format.ts";
import type { Section } from "../page/document.ts";
import type { Html } from "../page/html.ts";
import { figure, figures } from "../page/parts.ts";
import { isKnown, kpiOver, monthNames, spanText } from "./months.ts";

/** KPIs for the size of a month, each with its own chart. */
const SIZES = [
  ["n_releases_distinct", "Releases"],
  ["n_artists_distinct", "Artists"],
  ["n_labels_distinct", "Labels"],
  ["n_masters_distinct", "Masters"],
  ["n_label_norm_distinct", "Label names on releases"],
  ["n_style_norm_distinct", "Styles"],
] as const;

/** Growth from month to month; undefined if fewer than two months have KPIs. */
export function growthSection(data: HistoryData): Section | undefined {
  const shown = SIZES.filter(([name]) => isKnown(kpiOver(data, name)));
  if (data.months.length < 2 || shown.length === 0) return undefined;
  return {
    id: "growth",
    title: "Growth",
    about: "Distinct entities in each month's dump. The axes start near the smallest value, not at zero.",
    body: figures(shown.map(([name, title]) => sizeFigure(data, name, title))),
  };
}

function sizeFigure(data: HistoryData, name: string, title: string): Html {
  const months = monthNames(data);
  const values = kpiOver(data, name);
  return figure({
    title,
    drawing: lineChart({
      id: `growth-${name}`,
      label: `${title} by month: ${spanText(months, values, countText)}`,
      categories: months,
      lines: [{ name: title, values }],
      text: countText,
    }),
    table: {
      columns: ["Month", { name: title, kind: "number" }, { name: "Change", kind: "number" }],
      rows: months.map((month, index) => {
        const [now, before] = [values[index] ?? null, values[index - 1] ?? null];
        const change = now === null || before === null ? UNKNOWN : growth(now, before);
        return [month, now === null ? undefined : countText(now), change];
      }),
    },
  });
}
