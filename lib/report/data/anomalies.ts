import { highestAccepted, type Rate } from "../../checks/drift_rules.ts";
import type { HistoryData, ReportRun } from "./history.ts";
import type { DatasetFacts, RunFacts } from "./run_facts.ts";

/** An anomaly of a dataset over the months. */
export interface AnomalySeries {
  /** `releases_v6.null_release_id`, or `masters_v1_typed.main_release_id.orphans`. */
  name: string;
  /** One per month; null if the month's run does not record it. */
  points: readonly (AnomalyPoint | null)[];
}

/** How often an anomaly occurred in a month, with the expected band. */
export interface AnomalyPoint {
  count: number;
  /** Number of rows or references among which it is counted. */
  of: number;
  /** The highest count that the drift gate accepts; undefined without a baseline. */
  most: number | undefined;
}

/** Every anomaly that occurred in any month, the most frequent in the last month first. */
export function anomalySeries({ runs, months }: Pick<HistoryData, "runs" | "months">): AnomalySeries[] {
  const names = new Set(
    months.flatMap(({ facts }) => (facts === undefined ? [] : [...ratesOf(facts).keys()])),
  );
  return [...names]
    .map((name) => ({ name, points: months.map((run) => pointOf(name, run, runs)) }))
    .filter(({ points }) => points.some((point) => point !== null && point.count > 0))
    .sort((a, b) => lastCount(b) - lastCount(a) || (a.name < b.name ? -1 : 1));
}

function pointOf(name: string, { facts }: ReportRun, runs: readonly ReportRun[]): AnomalyPoint | null {
  const now = facts === undefined ? undefined : ratesOf(facts).get(name);
  if (facts === undefined || now === undefined) return null;
  const baseline = runs.find(({ runId }) => runId === facts.baseline)?.facts;
  const before = baseline === undefined ? undefined : (ratesOf(baseline).get(name) ?? noneOf(baseline, name));
  return { ...now, most: before === undefined ? undefined : highestAccepted(before, now.of) };
}

/** A reason not counted in a month did not occur, if the month has the dataset. */
function noneOf({ datasets }: RunFacts, name: string): Rate | undefined {
  const [dataset = "", ...rest] = name.split(".");
  const found = datasets.get(dataset);
  return found === undefined || rest.length > 1 ? undefined : { count: 0, of: found.rows };
}

const rates = new WeakMap<RunFacts, Map<string, Rate>>();

/** The anomalies of a run by name. */
function ratesOf(facts: RunFacts): Map<string, Rate> {
  const known = rates.get(facts);
  if (known !== undefined) return known;
  const found = new Map([...facts.datasets.values()].flatMap(ratesOfDataset));
  rates.set(facts, found);
  return found;
}

function ratesOfDataset({ name, rows, counts, references }: DatasetFacts): [string, Rate][] {
  return [
    ...Object.entries(counts).map(([reason, count]): [string, Rate] => [
      `${name}.${reason}`,
      { count, of: rows },
    ]),
    ...Object.entries(references).map(([column, each]): [string, Rate] => [
      `${name}.${column}.orphans`,
      { count: each.orphans, of: each.references },
    ]),
  ];
}

const lastCount = ({ points }: AnomalySeries) => points.at(-1)?.count ?? 0;
