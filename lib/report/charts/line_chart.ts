import { compact } from "../format.ts";
import type { Html } from "../page/html.ts";
import {
  ALARM,
  BAND,
  FONT_SIZE,
  type Hit,
  INK,
  LINE,
  MUTED,
  PAGE,
  type Plot,
  SERIES,
  svg,
  WIDTH,
} from "./drawing.ts";

/** A line of a chart; null where there is no value. */
export interface Line {
  name: string;
  values: readonly (number | null)[];
  /** Marks the points outside of the expected band. */
  alarms?: readonly boolean[];
}

/** Values by month, as a line. */
export interface LineChart {
  id: string;
  label: string;
  /** The categories of the points in order, e.g. months. */
  categories: readonly string[];
  lines: readonly Line[];
  /** The expected values at each point; null without a baseline. */
  band?: readonly ({ low: number; high: number } | null)[];
  /** Whether the axis begins at zero rather than near the smallest value. */
  fromZero?: boolean;
  /** A value on the axis; by default the values are counts, and those on the axis are whole numbers. */
  axisText?: (value: number) => string;
  /** A value in the hover text. */
  text: (value: number) => string;
}

const HEIGHT = 200;
const PLOT: Plot = { left: 62, top: 10, width: WIDTH - 62 - 14, height: HEIGHT - 10 - 26 };
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "circle", "rect"];
/** With more points than this, symbols would run into one another. */
const MOST_SYMBOLS = 40;

/** Draws values over categories as lines, with the expected band behind them. */
export function lineChart(chart: LineChart): Html {
  const { id, label, categories, lines, band } = chart;
  return svg({
    id,
    label,
    height: HEIGHT,
    plot: PLOT,
    hits: categories.map((category, index) => columnHit(chart, category, index)),
    option: {
      xAxis: categoryAxis(categories),
      yAxis: valueAxis(chart),
      series: [
        ...(band === undefined ? [] : bandSeries(band)),
        ...lines.map((line, index) => lineSeries(line, index, categories.length)),
      ],
    },
  });
}

function columnHit({ lines, band, text, categories }: LineChart, category: string, index: number): Hit {
  const width = PLOT.width / categories.length;
  const known = lines.flatMap(({ name, values }) => {
    const value = values[index];
    if (value === null || value === undefined) return [];
    return [lines.length === 1 ? text(value) : `${name}: ${text(value)}`];
  });
  const expected = band?.[index];
  const rest = expected ? [`expected: ${text(expected.low)} to ${text(expected.high)}`] : [];
  const words = [category, ...(known.length === 0 ? ["no value"] : known), ...rest];
  return { x: PLOT.left + index * width, y: PLOT.top, width, height: PLOT.height, text: words.join("\n") };
}

function categoryAxis(categories: readonly string[]) {
  return {
    type: "category",
    data: categories,
    boundaryGap: true,
    axisLine: { lineStyle: { color: LINE } },
    axisTick: { show: false },
    axisLabel: { color: MUTED, fontSize: FONT_SIZE, hideOverlap: true, margin: 9 },
  };
}

function valueAxis({ fromZero, axisText }: LineChart) {
  return {
    type: "value",
    scale: fromZero !== true,
    splitNumber: 4,
    minInterval: axisText === undefined ? 1 : 0,
    splitLine: { lineStyle: { color: LINE } },
    axisLabel: { color: MUTED, fontSize: FONT_SIZE, formatter: axisText ?? compact },
  };
}

function lineSeries({ name, values, alarms }: Line, index: number, points: number) {
  const color = SERIES[index % SERIES.length] ?? INK;
  return {
    type: "line",
    name,
    silent: true,
    symbol: SYMBOLS[index % SYMBOLS.length],
    symbolSize: points > MOST_SYMBOLS ? 3 : 6,
    showSymbol: true,
    showAllSymbol: true,
    lineStyle: { color, width: 2 },
    itemStyle: { color, borderColor: PAGE, borderWidth: points > MOST_SYMBOLS ? 0 : 1 },
    data: values.map((value, point) =>
      alarms?.[point] === true ? { value, symbolSize: 9, itemStyle: { color: ALARM } } : value,
    ),
  };
}

/** An area from the low to the high values: an invisible area, and a visible one stacked on it. */
function bandSeries(band: NonNullable<LineChart["band"]>) {
  const area = (data: (number | null)[], opacity: number) => ({
    type: "line",
    stack: "band",
    stackStrategy: "all",
    silent: true,
    symbol: "none",
    step: "middle",
    lineStyle: { opacity: 0 },
    areaStyle: { color: BAND, opacity },
    data,
  });
  return [
    area(
      band.map((each) => each?.low ?? null),
      0,
    ),
    area(
      band.map((each) => (each === null ? null : each.high - each.low)),
      1,
    ),
  ];
}
