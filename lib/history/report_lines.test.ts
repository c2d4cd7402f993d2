import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { type ComputedRuns, observationLines, observationSummary, printComputed } from "./report_lines.ts";
import { NOT_APPLICABLE } from "./run_kpis.ts";
import { wideResult } from "./wide.ts";

const RUN = "2026-01__20260120_194923";

/** What a step prints: lines, warnings and its summary, in this order. */
function printed(computed: ComputedRuns): string[] {
  const [lines, summaries]: [string[], string[]] = [[], []];
  const add = (line: string) => void lines.push(line);
  const log = { ...silentLogger, warn: (line: string) => add(`warning: ${line}`) };
  printComputed({ log, print: add, summarize: (text) => void summaries.push(text) }, computed);
  return [...lines, ...summaries];
}

test("the places of a ranking count as one KPI, and what a run can't have is no failure", () => {
  const ok = { name: "top_styles", status: "ok", details: null };
  const without = { name: "a", status: "failed_query", details: `${NOT_APPLICABLE}no dataset` };
  const failed = { name: "b", status: "failed_query", details: "broken" };
  assert.deepEqual(
    printed({ runs: [{ runId: RUN, kpis: [ok, ok, without, failed], kept: 3 }], unchanged: [] }),
    [
      `run ${RUN}: 1 KPIs ok, 1 not applicable to its datasets, 3 computed earlier`,
      `warning: run ${RUN}: 1 KPIs failed: b: broken`,
      "1 KPI computed for 1 run",
    ],
  );
});

test("without runs, and without anything to compute, the lines say so", () => {
  assert.deepEqual(printed({ runs: [], unchanged: [] }), [
    "no complete runs: nothing to compute",
    "no KPIs to compute",
  ]);
  assert.deepEqual(printed({ runs: [], unchanged: [RUN] }), [
    `run ${RUN}: all KPIs are up to date (recompute=true recomputes them)`,
    "no KPIs to compute, 1 run up to date",
  ]);
  const none = { states: [], ignored: [] };
  assert.deepEqual([observationLines(none), observationSummary(none)], [["no runs"], "no runs"]);
});

test("a row of the wide CSV has the time of the run's newest KPI", () => {
  const columns = ["event_ts_utc", "run_id", "schema_name", "kpi_name", "kpi_value"].map((name) => ({
    name,
    type: "",
  }));
  const rows = [3, 5, 4].map((time) => [new Date(time), RUN, "s", `kpi${time}`, BigInt(time)]);
  assert.deepEqual(wideResult({ columns, rows }, ["kpi3", "kpi4", "kpi6"]).rows, [
    [RUN, "s", new Date(5), 3n, 4n, null],
  ]);
});
