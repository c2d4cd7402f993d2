import { shortened } from "../format.ts";
import type { Html } from "../page/html.ts";
import { FONT_SIZE, type Hit, MUTED, PAGE, SERIES, svg, WIDTH } from "./drawing.ts";

/** The places of one item, from 1; null if it is not ranked. */
export interface RankLine {
  name: string;
  places: readonly (number | null)[];
}

/** Places of the top entries, month by month. */
export interface RankChart {
  id: string;
  label: string;
  categories: readonly string[];
  lines: readonly RankLine[];
}

const PLACES = 10;
const ROW = 22;
const PLOT = { left: 24, top: 6, width: WIDTH - 24 - 150, height: PLACES * ROW };
const LONGEST_NAME = 20;
const MOST_SYMBOLS = 24;

/** Draws how items moved in a ranking of ten places. The names are those of the last category. */
export function rankChart({ id, label, categories, lines }: RankChart): Html {
  return svg({
    id,
    label,
    height: PLOT.height + PLOT.top + 26,
    plot: PLOT,
    hits: categories.map((category, index) => columnHit(category, index, categories.length, lines)),
    option: {
      xAxis: {
        type: "category",
        data: categories,
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { color: MUTED, fontSize: FONT_SIZE, hideOverlap: true, margin: 9 },
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: Array.from({ length: PLACES }, (_, index) => String(index + 1)),
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { show: false },
        axisLabel: { color: MUTED, fontSize: FONT_SIZE, interval: 0 },
      },
      series: lines.map((line, index) => lineSeries(line, index, categories.length)),
    },
  });
}

function columnHit(category: string, index: number, columns: number, lines: readonly RankLine[]): Hit {
  const width = PLOT.width / columns;
  const inOrder = lines
    .flatMap(({ name, places }) => (places[index] == null ? [] : [{ name, place: Number(places[index]) }]))
    .sort((a, b) => a.place - b.place)
    .map(({ name, place }) => `${place}. ${name}`);
  return {
    x: PLOT.left + index * width,
    y: PLOT.top,
    width,
    height: PLOT.height,
    text: [category, ...inOrder].join("\n"),
  };
}

function lineSeries({ name, places }: RankLine, index: number, columns: number) {
  const color = SERIES[index] ?? MUTED;
  return {
    type: "line",
    silent: true,
    symbol: "circle",
    symbolSize: columns > MOST_SYMBOLS ? 0 : 7,
    showAllSymbol: true,
    lineStyle: { color, width: index < SERIES.length ? 2.5 : 1.5 },
    itemStyle: { color, borderColor: PAGE, borderWidth: 1 },
    labelLayout: { hideOverlap: false },
    endLabel: {
      show: true,
      distance: 8,
      color: index < SERIES.length ? color : MUTED,
      fontSize: FONT_SIZE,
      formatter: () => shortened(name, LONGEST_NAME),
    },
    data: places.map((place, category) => [category, place === null ? null : place - 1]),
  };
}
