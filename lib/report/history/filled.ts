import { counted, countText } from "../../cli/amounts.ts";
import { datasetName } from "../../datasets/dataset_name.ts";
import { allTables } from "../../datasets/index.ts";
import type { TableDeclaration } from "../../datasets/types.ts";
import { barChart } from "../charts/bar_chart.ts";
import type { HistoryData, ReportRun } from "../data/history.ts";
import type { DatasetFacts } from "../data/run_facts.ts";
import { percent, points } from "../format.ts";
import type { Section } from "../page/document.ts";
import { type Html, html } from "../page/html.ts";
import { details, figure, figures, note, table } from "../page/parts.ts";

/** Smaller changes are not listed. */
const LEAST_CHANGE = 0.0005;
const MOST_CHANGES = 15;

/** A column of the newest month, compared with the previous month. */
export interface FilledColumn {
  name: string;
  filled: number;
  share: number;
  /** Undefined if the previous month lacks it or has no rows. */
  before: number | undefined;
}

/** Fill rates of the columns; undefined without manifests. */
export function filledSection({ months }: Pick<HistoryData, "months">): Section | undefined {
  const known = months.filter(({ facts }) => facts !== undefined && hasFilled(facts));
  const run = known.at(-1);
  if (run === undefined) return undefined;
  const before = known.at(-2);
  const all = allTables.flatMap((declaration) => {
    const facts = run.facts?.datasets.get(datasetName(declaration.directory));
    if (facts === undefined || Object.keys(facts.filled).length === 0) return [];
    return [{ declaration, facts, columns: columnsOf(facts, before) }];
  });
  const canonical = all.filter(({ declaration }) => declaration.kind === "canonical");
  const others = all.filter(({ declaration }) => declaration.kind !== "canonical");
  return {
    id: "filled",
    title: "Fill rates",
    about: `Share of rows in which a column is not NULL, in ${run.month}${before === undefined ? "" : `, and its change since ${before.month}`}.`,
    body: html`${before !== undefined && changes(all.flatMap(withDataset), before)}
${figures(canonical.map((each) => filledFigure(each, before)))}
${
  others.length > 0 &&
  details(
    `${counted(others.length, "more dataset")}`,
    figures(others.map((each) => filledFigure(each, before))),
    "group",
  )
}`,
  };
}

interface FilledDataset {
  declaration: TableDeclaration;
  facts: DatasetFacts;
  columns: readonly FilledColumn[];
}

const hasFilled = ({ datasets }: NonNullable<ReportRun["facts"]>) =>
  [...datasets.values()].some(({ filled }) => Object.keys(filled).length > 0);

/** The columns of a dataset with their fill rates. */
function columnsOf({ name, rows, filled }: DatasetFacts, before?: ReportRun): FilledColumn[] {
  const earlier = before?.facts?.datasets.get(name);
  return Object.entries(filled).map(([column, number]) => {
    const old = earlier?.filled[column];
    return {
      name: column,
      filled: number,
      share: rows === 0 ? 0 : number / rows,
      before:
        old === undefined || earlier === undefined || earlier.rows === 0 ? undefined : old / earlier.rows,
    };
  });
}

const withDataset = ({ facts, columns }: FilledDataset) =>
  columns.map((column) => ({ ...column, name: `${facts.name}.${column.name}` }));

const changeOf = ({ share, before }: FilledColumn) => (before === undefined ? 0 : share - before);

/** The columns whose share changed most. */
function changes(columns: readonly FilledColumn[], before: ReportRun): Html {
  const changed = columns
    .filter((column) => Math.abs(changeOf(column)) >= LEAST_CHANGE)
    .sort((a, b) => Math.abs(changeOf(b)) - Math.abs(changeOf(a)))
    .slice(0, MOST_CHANGES);
  if (changed.length === 0)
    return note(`No column's share changed by 0.05 percentage points or more since ${before.month}.`);
  return details(
    `Largest changes since ${before.month}`,
    table({
      label: `Columns whose fill rate changed most since ${before.month}`,
      columns: [
        "Column",
        { name: before.month, kind: "number" },
        { name: "Now", kind: "number" },
        { name: "Change", kind: "number" },
      ],
      rows: changed.map((column) => [
        column.name,
        percent(column.before ?? 0),
        percent(column.share),
        points(changeOf(column)),
      ]),
    }),
    "group",
  );
}

function filledFigure({ facts, columns }: FilledDataset, before: ReportRun | undefined): Html {
  const since = before === undefined ? [] : [{ name: `Since ${before.month}`, kind: "number" as const }];
  return figure({
    title: facts.name,
    about: counted(facts.rows, "row"),
    drawing: barChart({
      id: `filled-${facts.name}`,
      label: `Fill rates of the columns of ${facts.name}`,
      bars: columns.map(({ name, share }) => ({ name, value: share, text: percent(share) })),
      most: 1,
    }),
    table: {
      columns: [
        "Column",
        { name: "Filled rows", kind: "number" },
        { name: "Share", kind: "number" },
        ...since,
      ],
      rows: columns.map((column) => [
        column.name,
        countText(column.filled),
        percent(column.share),
        ...(before === undefined ? [] : [column.before === undefined ? undefined : points(changeOf(column))]),
      ]),
    },
  });
}
