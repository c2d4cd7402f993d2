import type { Logger } from "../cli/log.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import { isOutOfMemory } from "../sql/sql_error.ts";
import {
  type Common,
  type ComparedDataset,
  type ComparedEntity,
  commonOf,
  notComparedText,
  type RunPair,
} from "./compared.ts";
import { ENTITIES_WITH_REMOVED, movedStatement, PLACE_MOVES, placeStatement, placesIn } from "./moves.ts";
import { countStatements, RESULTS, recordsStatement } from "./results.ts";
import { createTables, detailStatement, mainStatement, sharedRowsStatement } from "./statements.ts";
import { halvesOf, type Stretch, stretchesOf } from "./stretches.ts";

/** The dataset that has, by record, the elements of another dataset that does not tell whose they are. */
const OWN_ROWS: Readonly<Record<string, string>> = { artist_memberships_v1_typed: "artist_relations_v1" };

/** Options of a comparison. */
export interface CompareOptions {
  log: Logger;
  /** Bytes of values compared at once, by default a share of the session's memory; small in tests. */
  size?: bigint;
}

/**
 * Compares two runs by their values, not by hashes: fills the temporary tables of {@link RESULTS} in the session. It reads
 * one range of record ids of one dataset after another; a range that does not fit in the session's memory is read in halves.
 * Returns what was not compared, null for nothing.
 */
export async function compareRuns(
  session: DuckDbSession,
  pair: RunPair,
  options: CompareOptions,
): Promise<string | null> {
  const common = await commonOf(session, pair);
  for (const table of Object.values(RESULTS)) await session.run(table);
  for (const entity of common.entities) await compareEntity(session, pair, entity, options);
  await findMoves(session, pair, common, options);
  return notComparedText(pair, common);
}

async function compareEntity(
  session: DuckDbSession,
  pair: RunPair,
  entity: ComparedEntity,
  options: CompareOptions,
): Promise<void> {
  const { main, details } = entity;
  for (const statement of createTables(entity)) await session.run(statement);
  const compare = (dataset: ComparedDataset, statementOf: StatementOf) =>
    inStretches(session, pair, { dataset, what: `comparing ${dataset.name}`, statementOf }, options);
  await compare(main, (stretch) => mainStatement(pair, main, stretch));
  for (const [value, detail] of details.entries()) {
    await compare(detail, (stretch) => detailStatement(pair, detail, stretch, value));
  }
  for (const [value, detail] of details.entries()) {
    if (detail.owners.length === 1) continue;
    const own = details.findIndex(({ name }) => name === OWN_ROWS[detail.name]);
    await session.run(sharedRowsStatement(pair, entity, value, own < 0 ? undefined : own));
  }
  await session.run(recordsStatement(entity));
  for (const statement of countStatements(entity)) await session.run(statement);
}

type StatementOf = (stretch: Stretch) => string;

/** An INSERT for each range of ids of a dataset. */
interface Inserts {
  dataset: ComparedDataset;
  /** For the progress. */
  what: string;
  statementOf: StatementOf;
}

async function inStretches(
  session: DuckDbSession,
  pair: RunPair,
  { dataset, what, statementOf }: Inserts,
  { log, size }: CompareOptions,
): Promise<void> {
  const stretches = await stretchesOf(session, pair, dataset, size);
  for (const [index, stretch] of stretches.entries()) {
    const place = `${what}: ${index + 1} of ${stretches.length} ranges of ids`;
    log.progress(place);
    await runWithin(session, stretch, statementOf, () =>
      log.info(`${place} does not fit in memory: halving it`),
    );
  }
}

/**
 * Runs the statement of a stretch; if it does not fit in memory, those of its halves. A failed INSERT leaves nothing behind.
 * The size of a stretch is an estimate: a text that many rows have may be encoded only once.
 */
async function runWithin(
  session: DuckDbSession,
  stretch: Stretch,
  statementOf: StatementOf,
  onHalved: () => void,
): Promise<void> {
  try {
    await session.run(statementOf(stretch));
  } catch (error) {
    const halves = isOutOfMemory(error) ? halvesOf(stretch) : undefined;
    if (halves === undefined) throw error;
    onHalved();
    for (const half of halves) await runWithin(session, half, statementOf, onHalved);
  }
}

async function findMoves(
  session: DuckDbSession,
  pair: RunPair,
  { entities }: Common,
  options: CompareOptions,
): Promise<void> {
  await session.run(PLACE_MOVES);
  const removed = new Set((await session.run(ENTITIES_WITH_REMOVED)).getRowsJS().flat());
  for (const place of placesIn(entities).filter(({ entity }) => removed.has(entity))) {
    const { dataset, column } = place;
    const what = `following references in ${dataset.name}.${column}`;
    const statementOf = (stretch: Stretch) => placeStatement(pair, place, stretch);
    await inStretches(session, pair, { dataset, what, statementOf }, options);
  }
  await session.run(movedStatement);
}
