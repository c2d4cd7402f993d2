import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../cli/log.ts";
import { makeDirectory, namesIn } from "../files/files.ts";
import { lakePaths, sealedDir } from "../files/paths.ts";
import { computeKpis, computeKpisV3 } from "../history/compute_kpis.ts";
import { computeKpisV2 } from "../history/compute_kpis_v2.ts";
import { eventTables } from "../history/event_tables.ts";
import { exportHistoryCsv } from "../history/export_csv.ts";
import type { HistoryContext } from "../history/history_schema.ts";
import { registerMissingRuns } from "../history/register_runs.ts";
import { updateRunRegistry } from "../history/update_run_registry.ts";
import { countStatements } from "../sql/count_statements.ts";
import type { SqlEngine } from "../sql/engine.ts";
import { onEmbedded, onTrino } from "./engines.ts";
import { linkRun, monthlyRunIds } from "./linked_runs.ts";
import { inTemporaryDirectory } from "./temporary.ts";

/** A step of the history as a function. */
export type HistoryStep = (context: HistoryContext) => Promise<unknown>;

/** One step of the history of a lake to which a run was added. */
export interface StepMeasurement {
  engine: string;
  /** Runs of the lake, the new one included. */
  runs: number;
  step: string;
  /** What was sent to the engine: statements to Trino, calls of the interface to the embedded engine. */
  statements: number;
  /** Events that were appended, and the files that they are in. */
  events: number;
  files: number;
  seconds: number;
  /** Of this process, and of the server where there is one; NaN where the system does not tell. */
  cpuSeconds: number;
}

/** What is measured. */
export interface HistoryBench {
  /** The directory of the run that all runs of the lake are hard links of; on the file system of temporary files. */
  run: string;
  /** Sizes of the lake, ascending: of each, what the last run costs when those before it have their history. */
  sizes: readonly number[];
  /** Steps behind those of `lib/history`. */
  more: Readonly<Record<string, HistoryStep>>;
  log: Logger;
}

const MISSING = { onlyRunId: undefined, includeActive: false, recompute: false };

/** The steps, in the order of the pipeline. */
const steps: Readonly<Record<string, HistoryStep>> = {
  register_run_schema: registerMissingRuns,
  reconcile_register: (context) =>
    updateRunRegistry(context, { action: "reconcile_register", always: false }),
  compute_kpis: (context) => computeKpis(context, MISSING),
  compute_kpis_v2: (context) => computeKpisV2(context, MISSING),
  compute_kpis_v3: (context) => computeKpisV3(context, MISSING),
  export_history_csv: (context) =>
    exportHistoryCsv(context, { outDir: lakePaths(context.lake).historyReports, withTimestamp: false }),
};

/** Measures every step of the history on the embedded engine. */
export async function benchEmbedded(bench: HistoryBench): Promise<StepMeasurement[]> {
  return inTemporaryDirectory((lake) =>
    onEachSize(lake, bench, (measure) =>
      onEmbedded(lake, async (embedded) => {
        const engine = countStatements(embedded);
        return measure(engine, { sent: () => engine.readings() + engine.changes(), cpu: ownCpu });
      }),
    ),
  );
}

/**
 * The same on a Trino that is started for it, 1 GB of heap. What comes before a measured step is done by the embedded
 * engine, but for the schemas: both have the same events.
 */
export async function benchTrino(bench: HistoryBench): Promise<StepMeasurement[]> {
  const { log } = bench;
  return inTemporaryDirectory((lake) =>
    onTrino({ lake, log, memoryMb: 1024 }, (engine, { pid }) =>
      onEachSize(
        lake,
        bench,
        (measure) => measure(engine, { sent: engine.statementsSent, cpu: () => ownCpu() + cpuOf(pid) }),
        () => registerMissingRuns({ lake, engine, log }),
      ),
    ),
  );
}

interface Meters {
  sent(): number;
  /** Seconds of CPU so far. */
  cpu(): number;
}

type Measure = (engine: SqlEngine, meters: Meters) => Promise<StepMeasurement[]>;

async function onEachSize(
  lake: string,
  { run, sizes, more, log }: HistoryBench,
  measured: (measure: Measure) => Promise<StepMeasurement[]>,
  prepare: HistoryStep = async () => undefined,
): Promise<StepMeasurement[]> {
  await makeDirectory(lakePaths(lake).runs);
  const runIds = monthlyRunIds(Math.max(...sizes));
  const found: StepMeasurement[] = [];
  let there = 0;
  for (const runs of sizes) {
    log.info(`a lake of ${runs} runs`);
    for (; there < runs - 1; there += 1) await linkRun(run, sealedDir(lake, runIds[there] ?? ""));
    await onEmbedded(lake, async (engine) => {
      for (const step of Object.values(steps)) await step({ lake, engine, log });
      await prepare({ lake, engine, log });
    });
    await linkRun(run, sealedDir(lake, runIds[there++] ?? ""));
    found.push(
      ...(await measured((engine, meters) =>
        measureSteps({ lake, engine, log }, runs, { ...steps, ...more }, meters),
      )),
    );
  }
  return found;
}

async function measureSteps(
  context: HistoryContext,
  runs: number,
  all: Readonly<Record<string, HistoryStep>>,
  { sent, cpu }: Meters,
): Promise<StepMeasurement[]> {
  const measured: StepMeasurement[] = [];
  let events = 0;
  const engine: SqlEngine = {
    ...context.engine,
    appendRows(schema, table, groups) {
      events += groups.flat().length;
      return context.engine.appendRows(schema, table, groups);
    },
  };
  for (const [step, run] of Object.entries(all)) {
    events = 0;
    const before = { sent: sent(), cpu: cpu(), files: await eventFiles(context.lake) };
    const started = process.hrtime.bigint();
    await run({ ...context, engine });
    measured.push({
      engine: engine.name,
      runs,
      step,
      statements: sent() - before.sent,
      events,
      files: (await eventFiles(context.lake)) - before.files,
      seconds: Number(process.hrtime.bigint() - started) / 1e9,
      cpuSeconds: cpu() - before.cpu,
    });
  }
  return measured;
}

async function eventFiles(lake: string): Promise<number> {
  let files = 0;
  for (const table of eventTables) files += (await namesIn(table.directory(lake))).length;
  return files;
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Of another process, by Linux's proc(5): fields 14 and 15 of its stat, in hundredths of a second. */
function cpuOf(pid: number): number {
  const path = join("/proc", String(pid), "stat");
  if (!existsSync(path)) return Number.NaN;
  const stat = readFileSync(path, "latin1");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}
