import type { Html } from "../page/html.ts";
import { FONT_SIZE, INK, LINE, MUTED, SERIES, svg, WIDTH } from "./drawing.ts";

/** Bars split into parts. */
export interface StackedBars {
  id: string;
  label: string;
  /** One bar each, from the top. */
  categories: readonly string[];
  /** The parts of the bars, one value per category. */
  parts: readonly { name: string; values: readonly number[] }[];
  axisText: (value: number) => string;
  text: (value: number) => string;
}

const ROW = 24;
const TOP = 4;
const NAMES = 76;

/** Draws a horizontal bar of several parts per category. */
export function stackedBars({ id, label, categories, parts, axisText, text }: StackedBars): Html {
  const plot = { left: NAMES, top: TOP, width: WIDTH - NAMES - 20, height: categories.length * ROW };
  return svg({
    id,
    label,
    height: plot.height + TOP + 24,
    plot,
    hits: categories.map((category, index) => ({
      x: 0,
      y: TOP + index * ROW,
      width: WIDTH,
      height: ROW,
      text: [category, ...parts.map(({ name, values }) => `${name}: ${text(values[index] ?? 0)}`)].join("\n"),
    })),
    option: {
      xAxis: {
        type: "value",
        splitNumber: 4,
        splitLine: { lineStyle: { color: LINE } },
        axisLabel: { color: MUTED, fontSize: FONT_SIZE, formatter: axisText, hideOverlap: true },
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: categories,
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { color: INK, fontSize: FONT_SIZE, interval: 0 },
      },
      series: parts.map(({ values }, index) => ({
        type: "bar",
        stack: "parts",
        silent: true,
        barWidth: 14,
        itemStyle: { color: SERIES[index] ?? MUTED },
        data: values,
      })),
    },
  });
}
