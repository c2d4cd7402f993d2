import { countText } from "../../cli/amounts.ts";
import { barChart } from "../charts/bar_chart.ts";
import { rankChart } from "../charts/rank_chart.ts";
import type { HistoryData, ReportRun } from "../data/history.ts";
import type { RankedItem } from "../data/recorded.ts";
import { percent, points } from "../format.ts";
import type { Section } from "../page/document.ts";
import { type Html, html } from "../page/html.ts";
import { figure, figures } from "../page/parts.ts";
import { monthNames } from "./months.ts";

const RANKINGS = [
  ["top_labels", "Labels"],
  ["top_styles", "Styles"],
  ["top_genres", "Genres"],
] as const;

/** The labels, styles and genres with the most releases, and their changes; undefined if no month has rankings. */
export function rankingSection(data: HistoryData): Section | undefined {
  const newest = newestWith(
    data,
    RANKINGS.map(([name]) => name),
  );
  if (newest === undefined) return undefined;
  const shown = RANKINGS.filter(([name]) => itemsOf(newest, name).length > 0);
  const bars = shown.map(([name, title]) => rankingFigure(data, newest, name, title));
  const moves =
    data.months.length < 2 ? [] : shown.map(([name, title]) => moveFigure(data, newest, name, title));
  return {
    id: "top",
    title: "Top labels, styles and genres",
    short: "Top lists",
    about: `By the number of releases in ${newest.month}. A release can have more than one.`,
    body: html`${figures(bars)}${moves.length > 0 && figures(moves)}`,
  };
}

/** The newest month with any of the rankings. */
export function newestWith({ months }: HistoryData, names: readonly string[]): ReportRun | undefined {
  return months.findLast((run) => names.some((name) => itemsOf(run, name).length > 0));
}

/** The places of a ranking in a run. */
export function itemsOf({ rankings }: ReportRun, name: string): readonly RankedItem[] {
  return rankings.get(name) ?? [];
}

/** The previous month with the ranking. */
export function monthBefore({ months }: HistoryData, run: ReportRun, name: string): ReportRun | undefined {
  return months.slice(0, months.indexOf(run)).findLast((each) => itemsOf(each, name).length > 0);
}

function rankingFigure(data: HistoryData, run: ReportRun, name: string, title: string): Html {
  const items = itemsOf(run, name);
  const before = monthBefore(data, run, name);
  const rows = items.map((item) => {
    const earlier = before && itemsOf(before, name).find((each) => each.item === item.item);
    const shares = [countText(item.releases), percent(item.share)];
    if (before === undefined) return [String(item.place), item.item, ...shares];
    const change = earlier === undefined ? undefined : points(item.share - earlier.share);
    return [String(item.place), item.item, ...shares, change, moveText(item, earlier)];
  });
  const since = before === undefined ? [] : [number("Change"), `Place since ${before.month}`];
  return figure({
    title,
    drawing: barChart({
      id: `bars-${name}`,
      label: `${title} with the most releases in ${run.month}: ${items.map(({ item }) => item).join(", ")}`,
      bars: items.map(({ item, releases, share }) => ({
        name: item,
        value: releases,
        text: countText(releases),
        details: `${item}\n${countText(releases)} releases, ${percent(share)}`,
      })),
    }),
    table: {
      columns: ["Place", { name: "Name", kind: "text" }, number("Releases"), number("Share"), ...since],
      rows,
    },
  });
}

const number = (name: string) => ({ name, kind: "number" as const });

function moveText({ place }: RankedItem, earlier: RankedItem | undefined): string {
  if (earlier === undefined) return "new";
  const steps = earlier.place - place;
  if (steps === 0) return "same";
  return steps > 0 ? `▲ ${steps}` : `▼ ${-steps}`;
}

function moveFigure(data: HistoryData, run: ReportRun, name: string, title: string): Html {
  const months = monthNames(data);
  const lines = itemsOf(run, name).map(({ item }) => ({
    name: item,
    places: data.months.map(
      (each) => itemsOf(each, name).find((other) => other.item === item)?.place ?? null,
    ),
  }));
  return figure({
    title: `${title}: places by month`,
    drawing: rankChart({
      id: `moves-${name}`,
      label: `How the places of the ten first ${title.toLowerCase()} of ${run.month} changed from month to month`,
      categories: months,
      lines,
    }),
    table: {
      columns: ["Name", ...months.map(number)],
      rows: lines.map(({ name: item, places }) => [item, ...places.map((place) => place ?? undefined)]),
    },
  });
}
