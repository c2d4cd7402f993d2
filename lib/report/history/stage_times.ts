import { durationText } from "../../cli/amounts.ts";
import { barChart } from "../charts/bar_chart.ts";
import { stackedBars } from "../charts/stacked_bars.ts";
import type { HistoryData } from "../data/history.ts";
import type { RunStages } from "../data/stages.ts";
import type { Section } from "../page/document.ts";
import { type Html, html } from "../page/html.ts";
import { details, figure, figures, table } from "../page/parts.ts";

/** The groups of stages in the chart, by task; the first match counts. */
const GROUPS: readonly (readonly [name: string, task: RegExp])[] = [
  ["ingest of releases", /ingest\/releases$/],
  ["ingest of other dumps", /\/ingest\//],
  ["warehouse", /\/build\//],
  ["checks after promotion", /^active\//],
  ["checks", /test|check/],
  ["other", /./],
];

/** Durations of main.dig's stages; undefined if no workflow recorded times. */
export function stageSection({ stages }: Pick<HistoryData, "stages">): Section | undefined {
  if (stages.length === 0) return undefined;
  return {
    id: "times",
    title: "Stage times",
    about:
      "Durations of the stages of main.dig, for the last runs that it finished. Stages overlap, so their sum exceeds the " +
      "elapsed time. A resumed run includes all of its attempts.",
    body: html`${figures([timesFigure(stages), wallFigure(stages)])}${allStages(stages)}`,
  };
}

function timesFigure(stages: readonly RunStages[]): Html {
  const parts = GROUPS.map(([name], group) => ({
    name,
    values: stages.map((run) => groupSum(run, group)),
  })).filter(({ values }) => values.some((value) => value > 0));
  const longest = Math.max(
    ...stages.map((_, index) => parts.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)),
  );
  const [unit, seconds] = unitFor(longest);
  return figure({
    title: "Sum of the stages",
    about: `In ${unit}`,
    legend: parts.map(({ name }, index) => ({ name, key: `series-${index + 1}`, area: true })),
    drawing: stackedBars({
      id: "stage-times",
      label: `Time of each group of stages: ${stages.map(({ runId, wall }) => `${runId} ${durationText(wall)}`).join(", ")}`,
      categories: stages.map(monthOf),
      parts: parts.map(({ name, values }) => ({ name, values: values.map((value) => value / seconds) })),
      axisText: String,
      text: (value) => durationText(value * seconds),
    }),
    table: {
      columns: ["Run", ...parts.map(({ name }) => number(name))],
      rows: stages.map(({ runId }, index) => [
        runId,
        ...parts.map(({ values }) => durationText(values[index] ?? 0)),
      ]),
    },
  });
}

/** From the start of the workflow to its end. */
function wallFigure(stages: readonly RunStages[]): Html {
  return figure({
    title: "Elapsed time",
    drawing: barChart({
      id: "wall-times",
      label: `Elapsed time of main.dig: ${stages.map(({ runId, wall }) => `${runId} ${durationText(wall)}`).join(", ")}`,
      bars: stages.map((run) => ({ name: monthOf(run), value: run.wall, text: durationText(run.wall) })),
    }),
    table: {
      columns: ["Run", number("Elapsed time")],
      rows: stages.map(({ runId, wall }) => [runId, durationText(wall)]),
    },
  });
}

const number = (name: string) => ({ name, kind: "number" as const });
const monthOf = ({ runId }: RunStages) => runId.slice(0, "YYYY-MM".length);

/** The unit of a time, and its length in seconds. */
function unitFor(seconds: number): [unit: string, seconds: number] {
  if (seconds < 120) return ["seconds", 1];
  return seconds < 7200 ? ["minutes", 60] : ["hours", 3600];
}

const groupOf = (stage: string) => GROUPS.findIndex(([, task]) => task.test(stage));

function groupSum({ stages }: RunStages, group: number): number {
  return [...stages].reduce((sum, [stage, seconds]) => (groupOf(stage) === group ? sum + seconds : sum), 0);
}

function allStages(stages: readonly RunStages[]): Html {
  const names = [...new Set(stages.flatMap((run) => [...run.stages.keys()]))];
  return details(
    "Every stage",
    table({
      label: "Duration of every stage by run",
      columns: [
        { name: "Stage", kind: "text" },
        ...stages.map(({ runId }) => ({ name: runId.slice(0, "YYYY-MM".length), kind: "number" as const })),
      ],
      rows: names.map((name) => [
        name,
        ...stages.map((run) => {
          const seconds = run.stages.get(name);
          return seconds === undefined ? undefined : durationText(seconds);
        }),
      ]),
    }),
    "group",
  );
}
