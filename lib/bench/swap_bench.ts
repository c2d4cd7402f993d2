import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { sealedDir } from "../files/paths.ts";
import { schemaNameOf } from "../files/run_id.ts";
import { promote } from "../promotion/promote.ts";
import { pointActiveViews } from "../sql/active_views.ts";
import { ACTIVE_SCHEMA, CATALOG, type QueryResult, type SqlEngine } from "../sql/engine.ts";
import { type RegisteredSchema, registerRunSchema } from "../sql/register_run.ts";
import { trinoEngine } from "../sql/trino/engine.ts";
import { trinoSettings } from "../sql/trino/settings.ts";
import { runStatement } from "../sql/trino/statement.ts";
import { makeTaggedRun, tagColumn, taggedTables } from "./swap_run.ts";

const RUNS = ["2026-01__20260110_120000", "2026-02__20260210_120000"] as const;

/**
 * The kinds of readers: another client reading one view, or several in one statement; another client reading several tables of a
 * run's own schema; the project's own session reading several tables of `hive.discogs`.
 */
export const QUERY_KINDS = [
  "one view",
  "several views",
  "a run's own schema",
  "a session of the scripts",
] as const;
/** A kind of query run while `active` is switched. */
export type QueryKind = (typeof QUERY_KINDS)[number];

/** The outcome of the queries of one kind. */
export interface SwapCount {
  queries: number;
  /** Results with rows of both runs. */
  mixed: number;
  /** How many of these were not running while the views were re-pointed. */
  mixedOutside: number;
  failed: number;
}

/** What queries saw while `active` was switched. */
export interface SwapMeasurement {
  counts: Record<QueryKind, SwapCount>;
  /** Time to re-point the views, in milliseconds, for each swap. */
  windows: number[];
  /** Errors of the first failed queries. */
  failures: string[];
}

/** How often `active` is switched, and by how many concurrent readers. */
export interface SwapOptions {
  lake: string;
  /** URL of a Trino on the lake. */
  url: string;
  swaps: number;
  streams: number;
  log: Logger;
}

interface Interval {
  begin: number;
  end: number;
}

interface Outcome extends Interval {
  kind: QueryKind;
  /** The runs whose rows are in the result; undefined when the query failed. */
  runs: ReadonlySet<string> | undefined;
}

/**
 * Creates two runs in the lake and promotes them in turn, while streams of queries read from Trino without pause, and counts the
 * results with rows of both. Between two swaps every stream completes a query.
 */
export async function measureSwaps(options: SwapOptions): Promise<SwapMeasurement> {
  const { lake, url, swaps, log } = options;
  const engine = trinoEngine(lake, trinoSettings({ TRINO_URL: url }), log);
  const schemas: RegisteredSchema[] = [];
  for (const runId of RUNS) {
    await makeTaggedRun(lake, runId);
    schemas.push(await registerRunSchema({ lake, engine, log }, { runId, dir: sealedDir(lake, runId) }));
  }
  const swapTo = (count: number) => swap(lake, engine, schemas[count % schemas.length]);
  const windows = [await swapTo(0)];
  const streams = startStreams(options);
  for (let count = 1; count <= swaps; count += 1) {
    await streams.allEndOne();
    windows.push(await swapTo(count));
    log.progress(`swap ${count} of ${swaps}`);
  }
  await streams.allEndOne();
  const { outcomes, failures } = await streams.stop();
  return {
    counts: counted(outcomes, windows),
    windows: windows.slice(1).map(({ begin, end }) => Math.round(end - begin)),
    failures,
  };
}

/** Makes a registered run the active one, and returns the period during which the views were re-pointed. */
async function swap(lake: string, engine: SqlEngine, run: RegisteredSchema | undefined): Promise<Interval> {
  if (run === undefined) throw new TypeError("no run is registered");
  await promote(lake, run.runId, { allowUnsealed: true, allowOlder: true });
  const begin = performance.now();
  await pointActiveViews(engine, run.schema, run.objects);
  return { begin, end: performance.now() };
}

function startStreams(options: SwapOptions) {
  const outcomes: Outcome[] = [];
  const failures: string[] = [];
  const ended: number[] = Array.from({ length: options.streams }, () => 0);
  let stopped = false;
  let woken = () => {};
  const stream = async (index: number) => {
    for (let round = index; !stopped; round += 1) {
      const kind = QUERY_KINDS[round % QUERY_KINDS.length] ?? QUERY_KINDS[0];
      outcomes.push(await outcomeOf(options, kind, round, failures));
      ended[index] = (ended[index] ?? 0) + 1;
      woken();
    }
  };
  const running = Promise.all(ended.map((_, index) => stream(index)));
  return {
    async allEndOne() {
      const before = [...ended];
      while (ended.some((count, index) => count === before[index])) {
        await Promise.race([running, new Promise<void>((resolve) => (woken = resolve))]);
      }
    },
    async stop() {
      stopped = true;
      await running;
      return { outcomes, failures };
    },
  };
}

async function outcomeOf(
  options: SwapOptions,
  kind: QueryKind,
  round: number,
  failures: string[],
): Promise<Outcome> {
  const begin = performance.now();
  try {
    const { rows } = await ask(options, kind, round);
    const runs = new Set(rows.flat().map(String));
    return { kind, begin, end: performance.now(), runs };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    if (failures.length < 10) failures.push(`${kind}: ${error.message}`);
    return { kind, begin, end: performance.now(), runs: undefined };
  }
}

async function ask({ lake, url, log }: SwapOptions, kind: QueryKind, round: number): Promise<QueryResult> {
  const tables = taggedTables.map((_, index) => taggedTables[(index + round) % taggedTables.length]);
  const schema = kind === "a run's own schema" ? schemaNameOf(RUNS[round % 2 === 0 ? 0 : 1]) : ACTIVE_SCHEMA;
  const selects = tables.flatMap((table) =>
    table === undefined
      ? []
      : [
          `SELECT min(${tagColumn(table)}), max(${tagColumn(table)}) FROM ${CATALOG}.${schema}.${table.table}`,
        ],
  );
  const sql = selects.slice(0, kind === "one view" ? 1 : 3).join(" UNION ALL ");
  if (kind === "a session of the scripts") {
    const engine = trinoEngine(lake, trinoSettings({ TRINO_URL: url }), log);
    return engine.query(sql);
  }
  const settings = trinoSettings({ TRINO_URL: url, TRINO_USER: "somebody" });
  // Not as a reader's query, which is repeated when its files have moved: other clients do not repeat.
  return runStatement({ settings, log, statements: 0 }, sql, { reading: false });
}

function counted(outcomes: readonly Outcome[], windows: readonly Interval[]): Record<QueryKind, SwapCount> {
  const isInWindow = ({ begin, end }: Outcome) =>
    windows.some((window) => begin <= window.end && end >= window.begin);
  const count = (kind: QueryKind): SwapCount => {
    const own = outcomes.filter((outcome) => outcome.kind === kind);
    const mixed = own.filter(({ runs }) => runs !== undefined && runs.size !== 1);
    return {
      queries: own.length,
      mixed: mixed.length,
      mixedOutside: mixed.filter((outcome) => !isInWindow(outcome)).length,
      failed: own.filter(({ runs }) => runs === undefined).length,
    };
  };
  return {
    "one view": count("one view"),
    "several views": count("several views"),
    "a run's own schema": count("a run's own schema"),
    "a session of the scripts": count("a session of the scripts"),
  };
}
