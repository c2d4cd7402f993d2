import { countText } from "../../cli/amounts.ts";
import { barChart, columnChart } from "../charts/bar_chart.ts";
import type { HistoryData, ReportRun } from "../data/history.ts";
import { percent, points, signed } from "../format.ts";
import type { Section } from "../page/document.ts";
import type { Html } from "../page/html.ts";
import { figure, figures } from "../page/parts.ts";
import { itemsOf, monthBefore, newestWith } from "./rankings.ts";

const DECADES = "releases_per_decade";
const COUNTRIES = "releases_per_country";
const FORMATS = "format_shares";

const BARS: readonly Distribution[] = [
  { name: COUNTRIES, title: "Countries", what: "Country" },
  { name: FORMATS, title: "Formats", what: "Format" },
];

/** The releases of the newest month by decade, country and format. */
export function releasesSection(data: HistoryData): Section | undefined {
  const run = newestWith(data, [DECADES, COUNTRIES, FORMATS]);
  if (run === undefined) return undefined;
  return {
    id: "releases",
    title: "Releases by decade, country and format",
    short: "Releases",
    about: `In ${run.month}. Releases without a date, country or format are not counted.`,
    body: figures([
      ...(itemsOf(run, DECADES).length === 0 ? [] : [decadeFigure(data, run)]),
      ...BARS.filter(({ name }) => itemsOf(run, name).length > 0).map((bars) => barFigure(data, run, bars)),
    ]),
  };
}

function decadeFigure(data: HistoryData, run: ReportRun): Html {
  const items = itemsOf(run, DECADES);
  return figure({
    title: "Decades",
    drawing: columnChart({
      id: "decades",
      label: `Releases of each decade in ${run.month}: ${listed(run, DECADES)}`,
      bars: items.map(({ item, releases, share }) => ({
        name: item,
        value: releases,
        text: `${countText(releases)} releases, ${percent(share)}`,
      })),
    }),
    table: valueTable(data, run, DECADES, "Decade"),
  });
}

interface Distribution {
  name: string;
  title: string;
  what: string;
}

function barFigure(data: HistoryData, run: ReportRun, { name, title, what }: Distribution): Html {
  return figure({
    title,
    drawing: barChart({
      id: `bars-${name}`,
      label: `${title} with the most releases in ${run.month}: ${listed(run, name)}`,
      bars: itemsOf(run, name).map(({ item, releases, share }) => ({
        name: item,
        value: releases,
        text: countText(releases),
        details: `${item}\n${countText(releases)} releases, ${percent(share)}`,
      })),
    }),
    table: valueTable(data, run, name, what),
  });
}

const listed = (run: ReportRun, name: string) =>
  itemsOf(run, name)
    .map(({ item, releases }) => `${item} ${countText(releases)}`)
    .join(", ");

function valueTable(data: HistoryData, run: ReportRun, name: string, what: string) {
  const before = monthBefore(data, run, name);
  const number = (title: string) => ({ name: title, kind: "number" as const });
  const since = before === undefined ? [] : [number(`Since ${before.month}`), number("Share since")];
  return {
    columns: [{ name: what, kind: "text" as const }, number("Releases"), number("Share"), ...since],
    rows: itemsOf(run, name).map(({ item, releases, share }) => {
      const cells = [item, countText(releases), percent(share)];
      if (before === undefined) return cells;
      const earlier = itemsOf(before, name).find((each) => each.item === item);
      if (earlier === undefined) return [...cells, undefined, undefined];
      return [...cells, signed(releases - earlier.releases), points(share - earlier.share)];
    }),
  };
}
