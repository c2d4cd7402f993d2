import type { Logger } from "../cli/log.ts";
import { lakePaths } from "../files/paths.ts";
import { computeKpis, computeKpisV3 } from "../history/compute_kpis.ts";
import { computeKpisV2 } from "../history/compute_kpis_v2.ts";
import { exportHistoryCsv } from "../history/export_csv.ts";
import type { HistoryContext } from "../history/history_schema.ts";
import { registerRun } from "../history/register_runs.ts";
import { updateRunRegistry } from "../history/update_run_registry.ts";
import { countStatements } from "../sql/count_statements.ts";
import type { SqlEngine } from "../sql/engine.ts";
import { onEmbedded, onTrino } from "./engines.ts";
import { BENCH_RUN } from "./history_run.ts";

/** One step of the history on one engine. */
export interface StepMeasurement {
  engine: string;
  step: string;
  /** What was sent to the engine: statements to Trino, calls of the interface to the embedded engine. */
  statements: number;
  seconds: number;
}

const ALL_RUNS = { onlyRunId: undefined, includeActive: false };

/** The steps, in the order of the pipeline. */
const steps: Readonly<Record<string, (context: HistoryContext) => Promise<unknown>>> = {
  register_run_schema: (context) => registerRun(context, BENCH_RUN),
  reconcile_register: (context) => updateRunRegistry(context, { action: "reconcile_register" }),
  compute_kpis: (context) => computeKpis(context, ALL_RUNS),
  compute_kpis_v2: (context) => computeKpisV2(context, ALL_RUNS),
  compute_kpis_v3: (context) => computeKpisV3(context, ALL_RUNS),
  export_history_csv: (context) =>
    exportHistoryCsv(context, { outDir: lakePaths(context.lake).historyReports, withTimestamp: false }),
};

/** Measures every step of the history on the embedded engine. */
export function benchEmbedded(lake: string, log: Logger): Promise<StepMeasurement[]> {
  return onEmbedded(lake, (embedded) => {
    const engine = countStatements(embedded);
    return measureSteps({ lake, engine, log }, () => engine.readings() + engine.changes());
  });
}

/** Measures every step of the history on a Trino started for it, with 1 GB of heap. */
export function benchTrino(lake: string, log: Logger): Promise<StepMeasurement[]> {
  return onTrino({ lake, log, memoryMb: 1024 }, (engine) =>
    measureSteps({ lake, engine, log }, engine.statementsSent),
  );
}

async function measureSteps(
  context: HistoryContext & { engine: SqlEngine },
  sent: () => number,
): Promise<StepMeasurement[]> {
  const measured: StepMeasurement[] = [];
  for (const [step, run] of Object.entries(steps)) {
    const before = sent();
    const started = process.hrtime.bigint();
    await run(context);
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    measured.push({ engine: context.engine.name, step, statements: sent() - before, seconds });
  }
  return measured;
}
