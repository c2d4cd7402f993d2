import { decimalText } from "../../cli/amounts.ts";
import { barChart } from "../charts/bar_chart.ts";
import { type Line, lineChart } from "../charts/line_chart.ts";
import type { HistoryData } from "../data/history.ts";
import { percent } from "../format.ts";
import type { Section } from "../page/document.ts";
import type { Html } from "../page/html.ts";
import { figure, figures } from "../page/parts.ts";
import { isKnown, kpiOver, monthNames, spanText } from "./months.ts";

interface CoverageChart {
  id: string;
  title: string;
  about: string;
  /** KPIs in basis points, and the names of their lines. */
  kpis: readonly (readonly [kpi: string, name: string])[];
  /** A value of 1 as text. */
  text: (value: number) => string;
}

const perRelease = (value: number) => decimalText(value, 2);

const CHARTS: readonly CoverageChart[] = [
  {
    id: "coverage-links",
    title: "Releases with …",
    about: "Share of releases with at least one",
    kpis: [
      ["pct_releases_with_artist_link_bp", "artist"],
      ["pct_releases_with_label_link_bp", "label"],
      ["pct_releases_with_genre_bp", "genre"],
      ["pct_releases_with_style_bp", "style"],
    ],
    text: percent,
  },
  {
    id: "coverage-details",
    title: "Releases with details",
    about: "Share of releases with at least one",
    kpis: [
      ["pct_releases_with_tracks_bp", "track"],
      ["pct_releases_with_credits_bp", "credit"],
      ["pct_releases_with_barcodes_bp", "barcode"],
      ["pct_releases_with_companies_bp", "company"],
      ["pct_releases_with_videos_bp", "video"],
    ],
    text: percent,
  },
  {
    id: "coverage-averages",
    title: "Per release",
    about: "Average number per release",
    kpis: [
      ["avg_artists_per_release_bp", "artists"],
      ["avg_labels_per_release_bp", "labels"],
      ["avg_genres_per_release_bp", "genres"],
      ["avg_styles_per_release_bp", "styles"],
    ],
    text: perRelease,
  },
  {
    id: "coverage-top-labels",
    title: "Share of the largest labels",
    about: "Of the releases of all labels",
    kpis: [
      ["top10_labels_share_bp", "ten largest"],
      ["top_label_share_bp", "largest"],
    ],
    text: percent,
  },
];

/** Shares of releases with details; undefined if no month has KPIs. */
export function coverageSection(data: HistoryData): Section | undefined {
  const drawn = CHARTS.flatMap((chart) => coverageFigure(data, chart) ?? []);
  if (drawn.length === 0) return undefined;
  return {
    id: "coverage",
    title: "Coverage",
    about: "Which releases have artists, labels, genres, styles and details, and how many of them.",
    body: figures(drawn),
  };
}

function coverageFigure(
  data: HistoryData,
  { id, title, about, kpis, text }: CoverageChart,
): Html | undefined {
  const months = monthNames(data);
  const lines: Line[] = kpis
    .map(([kpi, name]) => ({ name, values: kpiOver(data, kpi).map(ofBasisPoints) }))
    .filter(({ values }) => isKnown(values));
  if (lines.length === 0) return undefined;
  if (months.length === 1) return monthFigure({ id, title, about, text }, lines, data);
  const spans = lines.map(({ name, values }) => `${name} ${spanText(months, values, text)}`);
  return figure({
    title,
    about,
    legend: lines.map(({ name }, index) => ({ name, key: `series-${index + 1}` })),
    drawing: lineChart({
      id,
      label: `${title} by month: ${spans.join("; ")}`,
      categories: months,
      lines,
      axisText: text,
      text,
    }),
    table: {
      columns: ["Month", ...lines.map(({ name }) => ({ name, kind: "number" as const }))],
      rows: months.map((month, index) => [
        month,
        ...lines.map(({ values }) => {
          const value = values[index] ?? null;
          return value === null ? undefined : text(value);
        }),
      ]),
    },
  });
}

/** The same for a single month, which needs no line. */
function monthFigure(
  { id, title, about, text }: Omit<CoverageChart, "kpis">,
  lines: readonly Line[],
  { months }: Pick<HistoryData, "months">,
): Html {
  const bars = lines.map(({ name, values }) => ({ name, value: values[0] ?? 0, text: text(values[0] ?? 0) }));
  return figure({
    title,
    about,
    drawing: barChart({
      id,
      label: `${title} in ${months[0]?.month}: ${bars.map((bar) => `${bar.name} ${bar.text}`).join(", ")}`,
      bars,
    }),
    table: {
      columns: ["What", { name: title, kind: "number" }],
      rows: bars.map((bar) => [bar.name, bar.text]),
    },
  });
}

const ofBasisPoints = (value: number | null) => (value === null ? null : value / 10_000);
