import { countText } from "../../cli/amounts.ts";
import { lineChart } from "../charts/line_chart.ts";
import type { HistoryData } from "../data/history.ts";
import type { RecordedChanges } from "../data/recorded.ts";
import type { Section } from "../page/document.ts";
import type { Html } from "../page/html.ts";
import { figure, figures } from "../page/parts.ts";
import { isKnown, monthNames, spanText } from "./months.ts";

const ENTITIES = [
  ["release", "Releases"],
  ["artist", "Artists"],
  ["label", "Labels"],
  ["master", "Masters"],
] as const;

const LINES = ["added", "changed", "removed"] as const;

/** How many records differ from the month before; undefined where no months were compared. */
export function changesSection(data: HistoryData): Section | undefined {
  const drawn = ENTITIES.flatMap(([entity, title]) => {
    const changes = changesOver(data, entity);
    return isKnown(changes.map((each) => each?.added ?? null)) ? [entityFigure(data, title, changes)] : [];
  });
  if (drawn.length === 0) return undefined;
  return {
    id: "changes",
    title: "Changes by month",
    short: "Changes",
    about:
      "Records that were added, changed and removed since the run that each month was compared with. A record counts as " +
      "changed when any of its values, credits, tracks or other details differ.",
    body: figures(drawn),
  };
}

/**
 * The comparison of each month with the latest month before it that it was compared with; of several runs of that month, with the
 * one that represents it, if there is such a comparison. The view `month_comparisons` knows only which comparison is the newest,
 * which may be that of a run of the month that is not shown.
 */
function changesOver(data: HistoryData, entity: string): (RecordedChanges | null)[] {
  const shown = new Set(data.months.map(({ runId }) => runId));
  return data.months.map(({ runId, month }) => {
    const ofRun = data.changes.filter((each) => each.entity === entity && each.toRun === runId);
    const earlier = ofRun.filter(({ fromRun }) => monthOf(data, fromRun) < month);
    const last = earlier.at(-1);
    if (last === undefined) return null;
    const before = monthOf(data, last.fromRun);
    return earlier.findLast(({ fromRun }) => shown.has(fromRun) && monthOf(data, fromRun) === before) ?? last;
  });
}

function entityFigure(data: HistoryData, title: string, changes: readonly (RecordedChanges | null)[]): Html {
  const months = monthNames(data);
  const lines = LINES.map((name) => ({ name, values: changes.map((each) => each?.[name] ?? null) }));
  const spans = lines.map(({ name, values }) => `${name} ${spanText(months, values, countText)}`);
  return figure({
    title,
    legend: lines.map(({ name }, index) => ({ name, key: `series-${index + 1}` })),
    drawing: lineChart({
      id: `changes-${title.toLowerCase()}`,
      label: `${title} that differ from the month before: ${spans.join("; ")}`,
      categories: months,
      lines,
      fromZero: true,
      text: countText,
    }),
    table: {
      columns: ["Month", "Compared with", ...LINES.map((name) => ({ name, kind: "number" as const }))],
      rows: months.map((month, index) => {
        const each = changes[index] ?? null;
        const counts = LINES.map((name) => (each === null ? undefined : countText(each[name])));
        return [month, each === null ? undefined : monthOf(data, each.fromRun), ...counts];
      }),
    },
  });
}

const monthOf = ({ runs }: HistoryData, id: string) => runs.find(({ runId }) => runId === id)?.month ?? id;
