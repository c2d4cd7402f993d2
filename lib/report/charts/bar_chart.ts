import { compact, shortened } from "../format.ts";
import type { Html } from "../page/html.ts";
import { FONT_SIZE, INK, LINE, MUTED, SERIES, svg, WIDTH } from "./drawing.ts";

/** A bar with its label and value. */
export interface Bar {
  name: string;
  value: number;
  /** The text at its end. */
  text: string;
  /** The hover text; by default its name and text. */
  details?: string;
}

/** Horizontal bars. */
export interface BarChart {
  id: string;
  label: string;
  bars: readonly Bar[];
  /** The value of a full-length bar; by default the greatest. */
  most?: number;
}

const ROW = 22;
const TOP = 4;
const NAMES = 140;
const TEXTS = 86;
const LONGEST_NAME = 18;

/** Draws a horizontal bar per value, with its name on the left and its text at the end. */
export function barChart({ id, label, bars, most }: BarChart): Html {
  const plot = { left: NAMES, top: TOP, width: WIDTH - NAMES - TEXTS, height: bars.length * ROW };
  return svg({
    id,
    label,
    height: plot.height + 2 * TOP,
    plot,
    hits: bars.map(({ name, text, details }, index) => ({
      x: 0,
      y: TOP + index * ROW,
      width: WIDTH,
      height: ROW,
      text: details ?? `${name}\n${text}`,
    })),
    option: {
      xAxis: {
        type: "value",
        show: false,
        min: 0,
        max: most ?? (Math.max(...bars.map(({ value }) => value)) || 1),
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: bars.map(({ name }) => shortened(name, LONGEST_NAME)),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { color: INK, fontSize: FONT_SIZE, interval: 0 },
      },
      series: [
        {
          type: "bar",
          silent: true,
          barWidth: 12,
          itemStyle: { color: SERIES[0], borderRadius: 1 },
          label: {
            show: true,
            position: "right",
            color: MUTED,
            fontSize: FONT_SIZE,
            formatter: textAt(bars),
          },
          data: bars.map(({ value }) => value),
        },
      ],
    },
  });
}

/** Vertical bars of counts. */
export interface ColumnChart {
  id: string;
  label: string;
  bars: readonly Bar[];
}

const COLUMNS = { left: 52, top: 10, width: WIDTH - 52 - 8, height: 180 };

/** Draws columns for counts ordered along a scale, e.g. decades. */
export function columnChart({ id, label, bars }: ColumnChart): Html {
  const width = COLUMNS.width / Math.max(1, bars.length);
  return svg({
    id,
    label,
    height: COLUMNS.height + COLUMNS.top + 26,
    plot: COLUMNS,
    hits: bars.map(({ name, text, details }, index) => ({
      x: COLUMNS.left + index * width,
      y: COLUMNS.top,
      width,
      height: COLUMNS.height,
      text: details ?? `${name}\n${text}`,
    })),
    option: {
      xAxis: {
        type: "category",
        data: bars.map(({ name }) => name),
        axisLine: { lineStyle: { color: LINE } },
        axisTick: { show: false },
        axisLabel: { color: MUTED, fontSize: FONT_SIZE, hideOverlap: true, margin: 9 },
      },
      yAxis: {
        type: "value",
        splitNumber: 4,
        minInterval: 1,
        splitLine: { lineStyle: { color: LINE } },
        axisLabel: { color: MUTED, fontSize: FONT_SIZE, formatter: compact },
      },
      series: [
        {
          type: "bar",
          silent: true,
          barCategoryGap: "30%",
          barMaxWidth: 40,
          itemStyle: { color: SERIES[0], borderRadius: 1 },
          data: bars.map(({ value }) => value),
        },
      ],
    },
  });
}

const textAt =
  (bars: readonly Bar[]) =>
  ({ dataIndex }: { dataIndex: number }) =>
    bars[dataIndex]?.text ?? "";
