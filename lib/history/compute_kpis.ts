import { ExpectedError } from "../cli/errors.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { sealedDir } from "../files/paths.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import { type EventTable, kpiSnapshotEvents, kpiV3SnapshotEvents } from "./event_tables.ts";
import { appendEvents, type HistoryContext, inHistory } from "./history_schema.ts";
import { type KpiRun, type KpiSelection, kpiRuns } from "./kpi_runs.ts";
import { type KpiSet, kpisV1, namesOf } from "./kpis.ts";
import { kpisV3 } from "./kpis_v3.ts";
import { type RecordedKpis, recordedKpis } from "./recorded_kpis.ts";
import { applicableKpis, computeRunKpis, type KpiResult } from "./run_kpis.ts";

/** The KPIs of one run that have been computed. */
export interface RunKpis extends KpiRun {
  kpis: KpiResult[];
  /** How many more were computed earlier and stay unchanged. */
  kept: number;
}

/** What a step has computed. */
export interface ComputedKpis<T extends KpiRun> {
  /** Runs of which something was computed. */
  runs: T[];
  /** Ids of the other selected runs: their KPIs are up to date. */
  unchanged: string[];
}

/**
 * Computes the KPIs of the selected runs that have no `ok` value yet, or all of them with `recompute`, and appends them to the
 * snapshots in one batch, failed ones included. Appends nothing if the engine becomes unavailable halfway.
 */
export async function computeKpis(
  context: HistoryContext,
  selection: KpiSelection,
): Promise<ComputedKpis<RunKpis>> {
  return computeSet(context, selection, { what: "KPIs", set: kpisV1, table: kpiSnapshotEvents });
}

/** Like {@link computeKpis}, for KPI set v3 and its own event table. */
export async function computeKpisV3(
  context: HistoryContext,
  selection: KpiSelection,
): Promise<ComputedKpis<RunKpis>> {
  return computeSet(context, selection, { what: "KPIs v3", set: kpisV3, table: kpiV3SnapshotEvents });
}

interface RecordedSet {
  what: string;
  set: KpiSet;
  table: EventTable;
}

async function computeSet(
  context: HistoryContext,
  selection: KpiSelection,
  { what, set, table }: RecordedSet,
): Promise<ComputedKpis<RunKpis>> {
  const { engine, log } = context;
  return inHistory(context, `computing ${what}`, async () => {
    const computed: ComputedKpis<RunKpis> = { runs: [], unchanged: [] };
    const runs = await kpiRuns(context, selection);
    const recorded = selection.recompute ? undefined : await recordedKpis(engine, table);
    for (const run of runs) {
      log.progress(`computing the ${what} of run ${run.runId}`);
      const kpis = await computeMissing(context, run, set, recorded?.get(run.runId) ?? new Map());
      if (kpis === undefined) computed.unchanged.push(run.runId);
      else computed.runs.push({ ...run, kpis, kept: namesOf(set).length - kpis.length });
    }
    await appendEvents(engine, table, computed.runs.map(kpiEvents));
    return computed;
  });
}

/** Computes the KPIs of a run that are not recorded; undefined if all are. The manifest is only read if it is needed. */
async function computeMissing(
  { lake, engine }: HistoryContext,
  run: KpiRun,
  set: KpiSet,
  recorded: RecordedKpis,
): Promise<KpiResult[] | undefined> {
  const names = namesOf(set);
  if (names.every((name) => recorded.get(name)?.status === "ok")) return undefined;
  const has = await datasetsOrUnknown(sealedDir(lake, run.runId));
  const applicable = applicableKpis(set, has);
  const settled = new Map(
    [...recorded].filter(([name, { status }]) => status === "ok" || !applicable.has(name)),
  );
  if (names.every((name) => settled.has(name))) return undefined;
  return computeRunKpis(engine, { ...run, has }, set, settled);
}

/** Undefined when the manifest can no longer be read, which reconciling reports. */
async function datasetsOrUnknown(dir: string): Promise<TableDeclaration[] | undefined> {
  try {
    return await datasetsIn(dir);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return undefined;
  }
}

function kpiEvents({ runId, schema, kpis }: RunKpis) {
  return kpis.map(({ name, value, status, details }) => ({
    run_id: runId,
    schema_name: schema,
    kpi_name: name,
    kpi_value: value,
    status,
    details,
  }));
}
