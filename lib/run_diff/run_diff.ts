import type { KnownRun } from "../lake/known_runs.ts";
import { type Absence, type Figure, figuresOf, inOrderOfRuns, type RunFigures } from "./figures.ts";
import { kpisOf } from "./run_kpis.ts";

/** A figure of both runs. */
export interface Difference {
  /** A dataset, `dataset.reason`, `dataset.column` or a KPI. */
  name: string;
  from: number | null;
  to: number | null;
  /** Why there is no figure: the run does not have the dataset, or it was not recorded. */
  from_absent: Absence | null;
  to_absent: Absence | null;
  /** `to` minus `from`; in percentage points for shares. Null unless both exist. */
  difference: number | null;
  /** The difference in percent of `from`; null if `from` is 0. */
  percent: number | null;
}

/**
 * Two runs side by side, as printed by `scripts/diff_runs.ts --json`. Names and meanings of fields are stable; fields may be
 * added.
 */
export interface RunDiff {
  version: 1;
  from: { run_id: string; state: KnownRun["kind"] };
  to: { run_id: string; state: KnownRun["kind"] };
  rows: Difference[];
  anomalies: Difference[];
  /** Percent of rows that are not NULL. */
  filled: Difference[];
  kpis: Difference[];
}

/** Compares the recorded figures of two runs of a lake. Reads their data only to count rows if there is no manifest. */
export async function runDiff(lake: string, from: KnownRun, to: KnownRun): Promise<RunDiff> {
  const [before, after] = [await figuresOf(from), await figuresOf(to)];
  const [kpisBefore, kpisAfter] = [await kpisOf(lake, from.runId), await kpisOf(lake, to.runId)];
  const section = (kind: "anomalies" | "filled") => {
    const names = [...before[kind].keys(), ...after[kind].keys()];
    return inOrder(names).map((name) =>
      difference(name, detail(before, kind, name), detail(after, kind, name)),
    );
  };
  return {
    version: 1,
    from: { run_id: from.runId, state: from.kind },
    to: { run_id: to.runId, state: to.kind },
    rows: inOrderOfRuns([...before.has, ...after.has]).map((name) =>
      difference(name, before.rows.get(name) ?? "not made", after.rows.get(name) ?? "not made"),
    ),
    anomalies: section("anomalies"),
    filled: section("filled"),
    kpis: [...kpisBefore].map(([name, figure]) =>
      difference(name, figure, kpisAfter.get(name) ?? "not computed"),
    ),
  };
}

/** A figure of a dataset: not made without the dataset, not recorded without the figure. */
function detail(figures: RunFigures, kind: "anomalies" | "filled", name: string): Figure {
  const [dataset = ""] = name.split(".");
  if (!figures.has.has(dataset)) return "not made";
  return figures[kind].get(name) ?? "not recorded";
}

/** Sorts names that begin with a dataset's by the order of datasets in a run, otherwise stable. */
function inOrder(names: readonly string[]): string[] {
  const unique = [...new Set(names)];
  const datasetOf = (name: string) => name.split(".")[0] ?? "";
  return inOrderOfRuns(unique.map(datasetOf)).flatMap((dataset) =>
    unique.filter((name) => datasetOf(name) === dataset),
  );
}

function difference(name: string, from: Figure, to: Figure): Difference {
  const both = typeof from === "number" && typeof to === "number" ? to - from : null;
  return {
    name,
    from: typeof from === "number" ? from : null,
    to: typeof to === "number" ? to : null,
    from_absent: typeof from === "number" ? null : from,
    to_absent: typeof to === "number" ? null : to,
    difference: both,
    percent: both === null || from === 0 ? null : (both / Number(from)) * 100,
  };
}
