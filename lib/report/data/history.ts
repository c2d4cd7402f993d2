import { basename } from "node:path";
import type { Logger } from "../../cli/log.ts";
import { parseRunId } from "../../files/run_id.ts";
import { listArchived } from "../../lake/archived.ts";
import { listRuns, type RunList } from "../../lake/runs.ts";
import { namedRun, readActive } from "../../promotion/active.ts";
import { runsOnceActive } from "../../promotion/once_active.ts";
import { activations, type Intent, readPromotions } from "../../promotion/promotions.ts";
import type { SqlEngine } from "../../sql/engine.ts";
import { type RankedItem, type RecordedChanges, type RegistryState, readRecorded } from "./recorded.ts";
import { type RunFacts, readRunFacts } from "./run_facts.ts";
import { type RunStages, readStages } from "./stages.ts";

/** Number of runs whose stage times are shown. */
const STAGE_RUNS = 12;

/** A run of the lake, an archived run, or one known only to the registry. */
export interface ReportRun {
  runId: string;
  month: string;
  isActive: boolean;
  /** Undefined if the history has not recorded the run yet. */
  state: RegistryState | undefined;
  /** Undefined for a run without a manifest. */
  facts: RunFacts | undefined;
  kpis: ReadonlyMap<string, number>;
  rankings: ReadonlyMap<string, readonly RankedItem[]>;
  /** How often it became the active run. */
  activations: number;
}

/** The data of the report page. */
export interface HistoryData {
  /** Name of the lake's directory. */
  lake: string;
  /** By run id, oldest month first. */
  runs: readonly ReportRun[];
  /** One run per month: see {@link runOfMonth}. */
  months: readonly ReportRun[];
  active: string | undefined;
  /** Promotions and rollbacks, oldest first. */
  switches: readonly Intent[];
  stages: readonly RunStages[];
  /** What differs between the runs that were compared. */
  changes: readonly RecordedChanges[];
  /** Names under `_runs/` that are not finished runs. */
  ignored: RunList["ignored"];
}

/** The sources of the history page's data. */
export interface ReadContext {
  lake: string;
  engine: SqlEngine;
  log: Logger;
}

/** Reads the history's tables, the runs' manifests, promotions and stage times. Writes nothing. */
export async function readHistoryData({ lake, engine, log }: ReadContext): Promise<HistoryData> {
  const { runs: there, ignored } = await listRuns(lake);
  const active = namedRun(await readActive(lake));
  const switches = activations(await readPromotions(lake));
  const recorded = await readRecorded(engine);
  const facts = new Map<string, RunFacts>();
  const archived = await listArchived(lake);
  for (const run of [...there, ...archived]) {
    const found = await readRunFacts(run, log);
    if (found !== undefined) facts.set(run.runId, found);
  }
  const known = [...there, ...archived].map(({ runId }) => runId);
  const ids = new Set([...known, ...recorded.states.keys()]);
  const runs = [...ids].sort().map(
    (runId): ReportRun => ({
      runId,
      month: parseRunId(runId)?.dumpMonth ?? runId,
      isActive: runId === active,
      state: recorded.states.get(runId),
      facts: facts.get(runId),
      kpis: recorded.kpis.get(runId) ?? new Map(),
      rankings: recorded.rankings.get(runId) ?? new Map(),
      activations: switches.filter(({ run_id }) => run_id === runId).length,
    }),
  );
  return {
    lake: basename(lake),
    runs,
    months: monthsOf(runs, await runsOnceActive(lake)),
    active,
    switches,
    stages: await readStages(lake, STAGE_RUNS),
    changes: recorded.changes,
    ignored,
  };
}

function monthsOf(runs: readonly ReportRun[], onceActive: ReadonlySet<string>): ReportRun[] {
  const months = [...new Set(runs.map(({ month }) => month))].sort();
  return months.flatMap((month) => {
    const run = runOfMonth(
      runs.filter((each) => each.month === month),
      onceActive,
    );
    return run === undefined ? [] : [run];
  });
}

/**
 * The run that represents a month in charts: the one that was active last, which is also the one that is compared with other
 * months, else the latest. Runs known to be damaged are excluded.
 */
function runOfMonth(runs: readonly ReportRun[], onceActive: ReadonlySet<string>): ReportRun | undefined {
  const whole = runs.filter(({ state }) => state === undefined || !BROKEN.has(state.status));
  const lastActive = [...onceActive].find((id) => whole.some(({ runId }) => runId === id));
  return whole.find(({ runId }) => runId === lastActive) ?? whole.at(-1);
}

const BROKEN: ReadonlySet<string> = new Set(["missing_data", "failed_incomplete"]);
