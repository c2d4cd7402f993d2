import { BarChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { escaped, type Html, trusted } from "../page/html.ts";

echarts.use([BarChart, LineChart, GridComponent, SVGRenderer]);

/** Width of every drawing, which is scaled to its place in the page: about that on a phone, and in three columns. */
export const WIDTH = 400;
/** Size of all texts of a chart in pixels. */
export const FONT_SIZE = 12;

/** The rectangle of a drawing that contains the values, in its own units. */
export interface Plot {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A part of the plot with a hover text. */
export interface Hit {
  x: number;
  y: number;
  width: number;
  height: number;
  text: string;
}

/** The parts of an SVG. */
export interface Drawing {
  /** Unique in its page: ids in the SVG begin with it. */
  id: string;
  /** A description of the drawing for screen readers. */
  label: string;
  height: number;
  plot: Plot;
  /** Axes and series; the grid is the plot. */
  option: Record<string, unknown>;
  hits: readonly Hit[];
}

/**
 * The colours of a drawing. The library gets a unique placeholder colour, which is replaced by a CSS variable of the page, so
 * that one drawing serves light and dark.
 */
const COLOURS = {
  "#00010a": "var(--ink)",
  "#00010b": "var(--muted)",
  "#00010c": "var(--line)",
  "#00010d": "var(--page)",
  "#00010e": "var(--band)",
  "#00010f": "var(--alarm)",
  "#000110": "var(--series-1)",
  "#000111": "var(--series-2)",
  "#000112": "var(--series-3)",
  "#000113": "var(--series-4)",
  "#000114": "var(--series-5)",
  "#000115": "var(--series-6)",
} as const;

/** Placeholder for the text colour, which CSS sets for light and dark. */
export const INK = "#00010a";
/** Placeholder for the colour of secondary texts. */
export const MUTED = "#00010b";
/** Placeholder for the colour of grid lines. */
export const LINE = "#00010c";
/** Placeholder for the background colour. */
export const PAGE = "#00010d";
/** Placeholder for the colour of an expected band. */
export const BAND = "#00010e";
/** Placeholder for the colour of values outside of the band. */
export const ALARM = "#00010f";
/** The colours of series, in order. */
export const SERIES = ["#000110", "#000111", "#000112", "#000113", "#000114", "#000115"] as const;

/** Renders a drawing as SVG; the same drawing yields the same bytes. */
export function svg({ id, label, height, plot, option, hits }: Drawing): Html {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: "inherit", fontSize: FONT_SIZE },
      grid: {
        left: plot.left,
        top: plot.top,
        width: plot.width,
        height: plot.height,
        outerBoundsMode: "none",
      },
      ...option,
    });
    return trusted(pageSvg(chart.renderToSVGString(), { id, label, height, hits }));
  } finally {
    chart.dispose();
  }
}

/** The drawing without what depends on the library's process-wide counters, in the page's colours, with its hits. */
function pageSvg(drawn: string, { id, label, height, hits }: Omit<Drawing, "plot" | "option">): string {
  const body = drawn
    .replace(/^<svg[^>]*>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/<style[\s\S]*?<\/style>/g, "")
    .replace(/<[^>]*>/g, (tag) => pageTag(tag, id))
    .replace(/\n+/g, "\n")
    .trim();
  const open = `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(label)}">`;
  return `${open}\n${body}\n${hits.map(hitRectangle).join("")}</svg>`;
}

/** A tag of the drawing; the text between tags is data and unchanged. */
function pageTag(tag: string, id: string): string {
  return tag
    .replace(/ (class|pointer-events)="[^"]*"/g, "")
    .replace(/font-family:inherit;/, "")
    .replace(/zr\d+-/g, `${id}-`)
    .replace(/#0001(0[a-f]|1[0-5])/g, (colour) => COLOURS[colour as keyof typeof COLOURS]);
}

function hitRectangle({ x, y, width, height, text }: Hit): string {
  const place = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
  return `<rect class="hit" ${place}><title>${escaped(text)}</title></rect>\n`;
}

const round = (value: number) => Number(value.toFixed(2));
