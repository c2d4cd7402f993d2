import { oneLine } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { namedRun, readActive } from "../promotion/active.ts";
import { requireFinishedRun } from "../promotion/promotable.ts";
import { readPromotions, recordFollowed, unfollowedSwitch } from "../promotion/promotions.ts";
import { type RollbackOptions, type RollbackResult, rollback } from "../promotion/rollback.ts";
import { afterSwitch } from "../promotion/switch_state.ts";
import { openEngine } from "./choose.ts";
import { makeDuckdbFileAfterSwitch } from "./duckdb_file/make.ts";
import { ACTIVE_SCHEMA, CATALOG, type SqlEngine } from "./engine.ts";
import { registerActive } from "./register_active.ts";
import { type RegisterContext, registerRunSchema } from "./register_run.ts";
import { wantsTrino } from "./trino/settings.ts";

/** Options of switching the active run's views. */
export interface SwitchContext {
  lake: string;
  env: NodeJS.ProcessEnv;
  log: Logger;
  /** What else follows the switch, once the readers are up to date. */
  finish?: () => Promise<void>;
}

/**
 * Runs `change`, which makes run `runId` the active one, and updates the lake's readers: rebuilds `discogs.duckdb`, and has
 * `hive.discogs` show the tables of the run. On Trino, the run's schema is created before the switch. Does so even if the run
 * was already active, which completes an interrupted switch, and if `change` fails after it has switched the link. Records it if
 * the switch needs that. Throws what `change` throws; CheckFailedError if the link was switched but a step after it failed.
 */
export async function withReaders<T>(
  context: SwitchContext,
  runId: string,
  change: () => Promise<T>,
): Promise<T> {
  const result = await switchedWithReaders(context, runId, change);
  await recordFollowed(context.lake, runId, context.log);
  return result;
}

async function switchedWithReaders<T>(
  context: SwitchContext,
  runId: string,
  change: () => Promise<T>,
): Promise<T> {
  const { lake, env, log, finish = async () => {} } = context;
  const followFile = () => makeDuckdbFileAfterSwitch(lake, log);
  const open = () => openEngine(lake, {}, { env, log });
  // A session of the embedded engine resolves the link once, so it must be opened after the switch.
  const register = async () => withEngine(await open(), (engine) => showActive({ lake, engine, log }));
  if (!wantsTrino(env)) return followed(lake, change, [followFile, register, finish], log);
  return withEngine(await open(), async (engine) => {
    const registering = { lake, engine, log };
    await registerRunSchema(registering, await requireFinishedRun(lake, runId));
    return followed(lake, change, [followFile, () => showActive(registering), finish], log);
  });
}

/** The outcome of {@link rollBackWithReaders}. */
export interface RollbackOutcome extends Omit<RollbackResult, "outcome"> {
  outcome: RollbackResult["outcome"] | "completed" | "would be completed";
}

/**
 * Goes back to run `to`, with {@link withReaders}. If that is an earlier rollback, which only a failure of the readers ended, it
 * completes it, and logs that.
 */
export async function rollBackWithReaders(
  context: SwitchContext,
  options: RollbackOptions & { to: string },
): Promise<RollbackOutcome> {
  const { lake, log } = context;
  const { to, dryRun = false } = options;
  const isUnfinished = unfollowedSwitch(await readPromotions(lake))?.run_id === to;
  const change = () => rollback(lake, { ...options, toFollow: true, log });
  const result = await (dryRun ? change() : withReaders(context, to, change));
  if (result.outcome !== "already active" || !isUnfinished) return result;
  const isNow = dryRun ? "would be complete" : "is now complete";
  log.info(`the last rollback, to run ${to}, ${isNow}; the next one goes further back`);
  return { ...result, outcome: dryRun ? "would be completed" : "completed" };
}

async function withEngine<T>(engine: SqlEngine, use: (engine: SqlEngine) => Promise<T>): Promise<T> {
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

async function showActive(registering: RegisterContext): Promise<void> {
  await registerActive(registering, { allowUnsealed: true }).catch((error) => {
    throw notUpToDate(error, "active is switched; run bin/lake register_active");
  });
}

/** Switches the link and runs every step, even if one fails. Throws the first failure and logs the others. */
async function followed<T>(
  lake: string,
  change: () => Promise<T>,
  steps: readonly (() => Promise<void>)[],
  log: Logger,
): Promise<T> {
  const before = namedRun(await readActive(lake));
  const failures: unknown[] = [];
  const isSwitched = async () => namedRun(await readActive(lake)) !== before;
  const result = await change().catch(async (error: unknown) => {
    const wasSwitched = await isSwitched().catch((second: unknown) => log.warn(oneLine(second)));
    if (wasSwitched !== true) throw error;
    failures.push(error);
  });
  for (const step of steps) await step().catch((error: unknown) => failures.push(error));
  const [first, ...others] = failures;
  for (const failure of others) log.warn(oneLine(failure));
  if (first !== undefined) throw first;
  return result as T;
}

/** A failed step after which `hive.discogs` may show another run than `active`: exit code 1. */
export function notUpToDate(error: unknown, what: string): unknown {
  return afterSwitch(error, `${CATALOG}.${ACTIVE_SCHEMA} is not up to date (${what})`);
}
