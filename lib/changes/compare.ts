import type { Logger } from "../cli/log.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import {
  type Common,
  type ComparedDataset,
  type ComparedEntity,
  commonOf,
  notComparedText,
  type RunPair,
} from "./compared.ts";
import { movedStatement, moveStatements, PLACE_MOVES } from "./moves.ts";
import { countStatements, RESULTS, recordsStatement } from "./results.ts";
import { createTables, detailStatement, mainStatement, sharedRowsStatement } from "./statements.ts";
import { type StretchLimits, stretchesOf } from "./stretches.ts";

/** The dataset that has, by record, the elements of another dataset that does not tell whose they are. */
const OWN_ROWS: Readonly<Record<string, string>> = { artist_memberships_v1_typed: "artist_relations_v1" };

/** Options of a comparison. */
export interface CompareOptions {
  log: Logger;
  /** The amount compared at once; small in tests. */
  limits?: StretchLimits;
}

/**
 * Compares two runs by their values, not by hashes: fills the temporary tables of {@link RESULTS} in the session. It reads
 * one range of record ids of one dataset after another; what does not fit in the session's memory spills. Returns what
 * was not compared, null for nothing.
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
  await inStretches(session, pair, main, options, (stretch) => mainStatement(pair, main, stretch));
  for (const [value, detail] of details.entries()) {
    await inStretches(session, pair, detail, options, (stretch) =>
      detailStatement(pair, detail, stretch, value),
    );
  }
  for (const [value, detail] of details.entries()) {
    if (detail.owners.length === 1) continue;
    const own = details.findIndex(({ name }) => name === OWN_ROWS[detail.name]);
    await session.run(sharedRowsStatement(pair, entity, value, own < 0 ? undefined : own));
  }
  await session.run(recordsStatement(entity));
  for (const statement of countStatements(entity)) await session.run(statement);
}

async function inStretches(
  session: DuckDbSession,
  pair: RunPair,
  dataset: ComparedDataset,
  { log, limits }: CompareOptions,
  statementOf: (stretch: Awaited<ReturnType<typeof stretchesOf>>[number]) => string,
): Promise<void> {
  const stretches = await stretchesOf(session, pair, dataset, limits);
  for (const [index, stretch] of stretches.entries()) {
    log.progress(`comparing ${dataset.name}: ${index + 1} of ${stretches.length} ranges of ids`);
    await session.run(statementOf(stretch));
  }
}

async function findMoves(
  session: DuckDbSession,
  pair: RunPair,
  { entities }: Common,
  { log }: CompareOptions,
): Promise<void> {
  await session.run(PLACE_MOVES);
  for (const statements of moveStatements(pair, entities)) {
    log.progress("finding where the references to removed records went");
    for (const statement of statements) await session.run(statement);
  }
  await session.run(movedStatement);
}
