import { ExpectedError, oneLine } from "../../cli/errors.ts";
import type { Logger } from "../../cli/log.ts";
import { parseRunId } from "../../files/run_id.ts";
import { type Manifest, readManifest, testResults } from "../../lake/manifest.ts";
import type { Run } from "../../lake/runs.ts";

/** The facts about a run's dataset for the report page. */
export interface DatasetFacts {
  name: string;
  rows: number;
  bytes: number;
  /** Dropped and skipped rows and other anomalies, by reason. */
  counts: Readonly<Record<string, number>>;
  /** Non-NULL rows by column; empty if the manifest lacks them. */
  filled: Readonly<Record<string, number>>;
  /** References and orphans, by column. */
  references: Readonly<Record<string, { references: number; orphans: number }>>;
}

/** The facts in a run's manifest. */
export interface RunFacts {
  runId: string;
  month: string;
  mode: string;
  sealed: Date;
  datasets: ReadonlyMap<string, DatasetFacts>;
  /** The number of checks, and the names of those that were not ok. */
  checks: number;
  notOk: readonly string[];
  /** The run that the drift gate compared it with. */
  baseline: string | undefined;
  maxDropPct: number;
  maxGrowthPct: number;
}

/** The drift gate's default limits, unless a manifest has others. */
const DEFAULT_DROP_PCT = 5;
const DEFAULT_GROWTH_PCT = 25;

/**
 * Reads the facts in a run's manifest; undefined for a run of the Python original, which has none, and, with a warning, for an
 * unreadable manifest.
 */
export async function readRunFacts(
  { runId, dir }: Pick<Run, "runId" | "dir">,
  log: Logger,
): Promise<RunFacts | undefined> {
  try {
    const manifest = await readManifest(dir);
    return manifest === undefined ? undefined : factsOf(runId, manifest);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    log.warn(`${oneLine(error)}; the report shows run ${runId} without its manifest`);
    return undefined;
  }
}

function factsOf(runId: string, manifest: Manifest): RunFacts {
  const tests = testResults(manifest.tests);
  const { max_drop_pct, max_growth_pct } = manifest.parameters;
  return {
    runId,
    month: parseRunId(runId)?.dumpMonth ?? manifest.dump_month,
    mode: manifest.run_mode,
    sealed: new Date(manifest.ended),
    datasets: new Map(
      Object.entries(manifest.datasets).map(([name, entry]) => [name, datasetOf(name, entry)]),
    ),
    checks: tests.reduce((sum, { checks }) => sum + checks, 0),
    notOk: tests.flatMap(({ not_ok }) => not_ok),
    baseline: manifest.tests.drift_gate?.baseline ?? undefined,
    maxDropPct: percentOf(max_drop_pct, DEFAULT_DROP_PCT),
    maxGrowthPct: percentOf(max_growth_pct, DEFAULT_GROWTH_PCT),
  };
}

function datasetOf(name: string, entry: Manifest["datasets"][string]): DatasetFacts {
  const measured = Object.entries(entry.measures?.columns ?? {}).map(([column, { filled }]) => [
    column,
    filled,
  ]);
  return {
    name,
    rows: entry.rows,
    bytes: entry.bytes,
    counts: entry.counts,
    filled: entry.filled ?? Object.fromEntries(measured),
    references: entry.measures?.references ?? {},
  };
}

function percentOf(parameter: unknown, otherwise: number): number {
  const value = typeof parameter === "string" && parameter !== "" ? Number(parameter) : Number.NaN;
  return Number.isFinite(value) ? value : otherwise;
}
