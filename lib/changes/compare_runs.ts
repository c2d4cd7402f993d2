import { ExpectedError, oneLine } from "../cli/errors.ts";
import { changesLockPath, lakePaths } from "../files/paths.ts";
import { waitAloud, withLockAfter } from "../files/waiting_lock.ts";
import { COMPARISON_VERSION, comparisonEvents, historyName } from "../history/event_tables.ts";
import { type HistoryContext, inHistory } from "../history/history_schema.ts";
import { openLakeSession } from "../sql/duckdb/open.ts";
import type { DuckDbSession, SessionLimits } from "../sql/duckdb/session.ts";
import type { SqlEngine } from "../sql/engine.ts";
import { EngineUnavailableError } from "../sql/sql_error.ts";
import { compareRuns } from "./compare.ts";
import type { RunPair } from "./compared.ts";
import { hideUnpublished, publishComparison, recordComparison } from "./publish.ts";

/** Comparing two full-size months takes minutes. */
const WAIT_MS = 60 * 60_000;

/** The records of one kind that differ between two runs. */
export interface EntityChanges {
  entity: string;
  added: bigint;
  removed: bigint;
  changed: bigint;
  /** Ids whose references went to another id. */
  moved: bigint;
}

/** The outcome of comparing a pair of runs. */
export type Compared =
  | { pair: RunPair; status: "compared"; changes: EntityChanges[]; details: string | null }
  /** Already compared by the current version. */
  | { pair: RunPair; status: "there" }
  | { pair: RunPair; status: "failed"; error: ExpectedError };

/**
 * Compares pairs of runs that have no valid comparison of the current version, one after the other, and appends what it finds to
 * the tables of changes: of each pair all or nothing. A pair that fails is recorded as failed, does not stop the others, and is
 * tried again the next time.
 * @throws EngineUnavailableError when the engine becomes unavailable; the pair is not recorded then
 */
export async function comparePairs(
  context: HistoryContext,
  pairs: readonly RunPair[],
  limits: SessionLimits,
): Promise<Compared[]> {
  const { lake, log } = context;
  return withLockAfter(changesLockPath(lake), "comparing runs", waitAloud(WAIT_MS, log), async () => {
    const valid = await inHistory(context, "looking for comparisons", async () => {
      await hideUnpublished(context);
      return validPairs(context.engine);
    });
    const compared: Compared[] = [];
    for (const pair of pairs) {
      compared.push(
        valid.has(pairText(pair)) ? { pair, status: "there" } : await comparePair(context, pair, limits),
      );
    }
    return compared;
  });
}

const pairText = ({ from, to }: RunPair) => `${from.runId} ${to.runId}`;

async function validPairs(engine: SqlEngine): Promise<Set<string>> {
  const { rows } = await engine.query(
    `SELECT from_run, to_run FROM ${historyName(comparisonEvents.latestView)} ` +
      `WHERE schema_version = ${COMPARISON_VERSION}`,
  );
  return new Set(rows.map(([from, to]) => `${from} ${to}`));
}

async function comparePair(context: HistoryContext, pair: RunPair, limits: SessionLimits): Promise<Compared> {
  const { lake, log, engine } = context;
  log.info(`comparing run ${pair.to.runId} with run ${pair.from.runId}`);
  const session = await openLakeSession(lakePaths(lake).root, limits);
  try {
    const details = await compareRuns(session, pair, { log });
    await inHistory(context, "recording a comparison", () =>
      publishComparison(context, session, pair, details),
    );
    return { pair, status: "compared", changes: await changesOf(session), details };
  } catch (error) {
    if (error instanceof EngineUnavailableError) throw error;
    const failed = { status: "failed", details: oneLine(error) } as const;
    await inHistory(context, "recording a comparison", () => recordComparison(engine, pair, failed)).catch(
      (recording: unknown) => {
        log.warn(failed.details);
        throw recording;
      },
    );
    if (!(error instanceof ExpectedError)) throw error;
    return { pair, status: "failed", error };
  } finally {
    await session.close();
  }
}

async function changesOf(session: DuckDbSession): Promise<EntityChanges[]> {
  const result = await session.run(`
    SELECT entity, added, removed, changed, count(m.from_id) AS moved
    FROM change_counts c LEFT JOIN (SELECT DISTINCT entity, from_id FROM id_moves) m USING (entity)
    WHERE dataset IS NULL GROUP BY ALL ORDER BY entity`);
  return result.getRowObjectsJS() as unknown as EntityChanges[];
}
