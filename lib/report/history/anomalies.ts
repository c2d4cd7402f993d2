import { counted, countText, decimalText } from "../../cli/amounts.ts";
import { datasetName } from "../../datasets/dataset_name.ts";
import { canonicalDatasets } from "../../datasets/index.ts";
import { lineChart } from "../charts/line_chart.ts";
import { type AnomalyPoint, type AnomalySeries, anomalySeries } from "../data/anomalies.ts";
import type { HistoryData, ReportRun } from "../data/history.ts";
import type { Section } from "../page/document.ts";
import { type Html, html } from "../page/html.ts";
import { badge, details, figure, figures, note, table } from "../page/parts.ts";
import { isKnown, monthNames } from "./months.ts";

/** Number of anomalies with a chart; a table has all. */
const CHARTS = 12;
const MONTHS_IN_TABLE = 12;

/** Anomalies by month with the range that the drift gate accepts; undefined without manifests. */
export function anomalySection(data: HistoryData): Section | undefined {
  if (data.months.every(({ facts }) => facts === undefined)) return undefined;
  const all = anomalySeries(data);
  return {
    id: "anomalies",
    title: "Anomalies",
    about:
      "Rows that were dropped, skipped or flagged, and references to records that do not exist. The band is the range that " +
      "the drift gate accepts, relative to the run that each month was compared with.",
    body: html`${data.months.length > 1 && figures([rowsFigure(data), ...all.slice(0, CHARTS).map((each) => anomalyFigure(data, each))])}
${all.length === 0 ? note("No anomalies in any month.") : allAnomalies(data, all)}`,
  };
}

const isAbove = (point: AnomalyPoint | null) =>
  point !== null && point.most !== undefined && point.count > point.most;

function aboveText(months: readonly string[]): string {
  const [last] = months.slice(-1);
  if (last === undefined) return "within the band";
  return months.length === 1
    ? `above the band in ${last}`
    : `above the band in ${months.length} months, last ${last}`;
}

function anomalyFigure(data: HistoryData, { name, points }: AnomalySeries): Html {
  const months = monthNames(data);
  const above = months.filter((_, index) => isAbove(points[index] ?? null));
  return figure({
    title: name,
    about: aboveText(above),
    drawing: lineChart({
      id: `anomaly-${name.replaceAll(".", "-")}`,
      label: `${name} by month: ${points.map((point, index) => `${months[index]} ${point?.count ?? "unknown"}`).join(", ")}`,
      categories: months,
      lines: [{ name, values: points.map((point) => point?.count ?? null), alarms: points.map(isAbove) }],
      band: points.map((point) => (point?.most === undefined ? null : { low: 0, high: point.most })),
      fromZero: true,
      text: countText,
    }),
    table: {
      columns: ["Month", number("Count"), number("Of"), number("Accepted up to")],
      rows: points.map((point, index) => [
        months[index],
        point === null ? undefined : countText(point.count),
        point === null ? undefined : countText(point.of),
        point?.most === undefined ? undefined : countText(point.most),
      ]),
    },
  });
}

const number = (name: string) => ({ name, kind: "number" as const });

function allAnomalies(data: HistoryData, all: readonly AnomalySeries[]): Html {
  const first = Math.max(0, data.months.length - MONTHS_IN_TABLE);
  const months = monthNames(data).slice(first);
  return details(
    `All anomalies of the last ${counted(months.length, "month")} (${all.length})`,
    table({
      label: "Anomalies by month",
      columns: ["Anomaly", ...months.map(number)],
      rows: all.map(({ name, points }) => [
        name,
        ...points.slice(first).map((point) => {
          if (point === null) return undefined;
          return isAbove(point) ? badge(countText(point.count), "bad") : countText(point.count);
        }),
      ]),
    }),
    "group",
  );
}

/** Rows of the canonical datasets against the run that each month was compared with, and the drift gate's limits. */
function rowsFigure(data: HistoryData): Html {
  const months = monthNames(data);
  const lines = canonicalDatasets
    .map(({ directory }) => datasetName(directory))
    .map((name) => ({ name, values: data.months.map((run) => growthOf(name, run, data.runs)) }))
    .filter(({ values }) => isKnown(values));
  return figure({
    title: "Change in rows",
    about: "Against the run compared with, and the limits of the drift gate",
    legend: lines.map(({ name }, index) => ({ name, key: `series-${index + 1}` })),
    drawing: lineChart({
      id: "rows-since",
      label: `Change in the rows of ${lines.map(({ name }) => name).join(", ")} against the run compared with, in percent`,
      categories: months,
      lines,
      band: data.months.map(({ facts }) =>
        facts?.baseline === undefined ? null : { low: -facts.maxDropPct, high: facts.maxGrowthPct },
      ),
      axisText: (value) => `${value} %`,
      text: percentText,
    }),
    table: {
      columns: ["Month", ...lines.map(({ name }) => number(name))],
      rows: months.map((month, index) => [
        month,
        ...lines.map(({ values }) => {
          const value = values[index] ?? null;
          return value === null ? undefined : percentText(value);
        }),
      ]),
    },
  });
}

function growthOf(dataset: string, { facts }: ReportRun, runs: readonly ReportRun[]): number | null {
  const baseline = runs.find(({ runId }) => runId === facts?.baseline)?.facts;
  const now = facts?.datasets.get(dataset)?.rows;
  const before = baseline?.datasets.get(dataset)?.rows;
  return now === undefined || before === undefined || before === 0 ? null : ((now - before) / before) * 100;
}

const percentText = (value: number) =>
  `${value < 0 ? "−" : value > 0 ? "+" : ""}${decimalText(Math.abs(value), 2)} %`;
