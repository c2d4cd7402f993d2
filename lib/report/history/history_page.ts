import type { HistoryData, ReportRun } from "../data/history.ts";
import { count, growth, plural, time, UNKNOWN } from "../format.ts";
import { documentText, type Section } from "../page/document.ts";
import { type Html, html } from "../page/html.ts";
import { note, type Tile, tiles } from "../page/parts.ts";
import { anomalySection } from "./anomalies.ts";
import { coverageSection } from "./coverage.ts";
import { filledSection } from "./filled.ts";
import { growthSection } from "./growth.ts";
import { rankingSection } from "./rankings.ts";
import { releasesSection } from "./releases.ts";
import { runsSection } from "./runs.ts";
import { stageSection } from "./stage_times.ts";

/** The entities of the summary: the KPI, and the dataset whose rows stand in where the KPI is not recorded. */
const ENTITIES = [
  ["Releases", "n_releases_distinct", "releases_v6"],
  ["Artists", "n_artists_distinct", "artists_v1_typed"],
  ["Labels", "n_labels_distinct", "labels_v10"],
  ["Masters", "n_masters_distinct", "masters_v1_typed"],
] as const;

/** The page on all months and runs of a lake. The same data and time give the same bytes. */
export function historyPage(data: HistoryData, made: Date): string {
  const sections = [
    growthSection(data),
    coverageSection(data),
    rankingSection(data),
    releasesSection(data),
    filledSection(data),
    anomalySection(data),
    runsSection(data),
    stageSection(data),
  ].filter((section): section is Section => section !== undefined);
  return documentText({
    title: "Discogs data lake: history",
    about: [aboutLine(data), html`Made ${time(made)}`],
    summary: html`${tiles(summaryTiles(data))}${missingKpis(data)}`,
    sections,
    footer: html`Made by scripts/build_report.ts of the history's tables, the manifests of the runs, _meta/promotions.jsonl and the times that the workflows kept.`,
  });
}

function aboutLine({ lake, runs, months }: HistoryData): Html {
  const [first, last] = [months[0]?.month, months.at(-1)?.month];
  if (first === undefined || last === undefined) return html`${lake}: no finished run yet`;
  const span = first === last ? first : `${first} to ${last}`;
  return html`${lake}: ${plural(runs.length, "run")} of ${plural(months.length, "month")}, ${span}`;
}

function summaryTiles(data: HistoryData): Tile[] {
  const { months, active } = data;
  const run = months.find(({ isActive }) => isActive) ?? months.at(-1);
  const before = run === undefined ? undefined : months[months.indexOf(run) - 1];
  return [
    {
      name: "Active run",
      value: run?.isActive === true ? run.month : (active ?? "none"),
      more: run?.isActive === true ? html`<span class="id">${run.runId}</span>` : undefined,
    },
    ...(run === undefined ? [] : ENTITIES.map((entity) => entityTile(entity, run, before))),
  ];
}

function entityTile(
  [name, kpi, dataset]: (typeof ENTITIES)[number],
  run: ReportRun,
  before: ReportRun | undefined,
): Tile {
  const numberOf = ({ kpis, facts }: ReportRun) => kpis.get(kpi) ?? facts?.datasets.get(dataset)?.rows;
  const now = numberOf(run);
  const earlier = before && numberOf(before);
  const change =
    now === undefined || earlier === undefined ? undefined : `${growth(now, earlier)} since ${before?.month}`;
  return {
    name,
    value: now === undefined ? UNKNOWN : count(now),
    ...(change === undefined ? {} : { more: change }),
  };
}

/** What is not shown because the history has not been made since. */
function missingKpis({ months }: HistoryData): Html | undefined {
  const without = months.filter(({ kpis, state }) => kpis.size === 0 && state?.status !== "missing");
  if (without.length === 0) return undefined;
  const names = without.map(({ runId }) => runId).join(", ");
  return note(
    html`No KPIs are recorded yet of ${names}: <code>bin/digdag run history_pipeline.dig</code> computes them.`,
  );
}
