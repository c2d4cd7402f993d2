import { oneLine } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { namedRun, readActive } from "../promotion/active.ts";
import { requireFinishedRun } from "../promotion/promotable.ts";
import { afterSwitch } from "../promotion/switch_state.ts";
import { openEngine } from "./choose.ts";
import { followActive } from "./duckdb_file/make.ts";
import { ACTIVE_SCHEMA, CATALOG } from "./engine.ts";
import { registerActive } from "./register_active.ts";
import { registerRunSchema } from "./register_run.ts";
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
 * Runs `change`, which makes run `runId` the active one, and updates the lake's readers: rebuilds `discogs.duckdb` and, on
 * Trino, creates the run's schema first and re-points `hive.discogs` to it afterwards. Does so even if the run was already
 * active, which completes an interrupted switch, and if `change` fails after it has switched the link. Sessions of the embedded
 * engine resolve the link themselves. Throws what `change` throws; CheckFailedError if the link was switched but a step after it
 * failed.
 */
export async function withReaders<T>(
  context: SwitchContext,
  runId: string,
  change: () => Promise<T>,
): Promise<T> {
  const { lake, env, log, finish = async () => {} } = context;
  const followFile = () => followActive(lake, log);
  if (!wantsTrino(env)) return followed(lake, change, [followFile, finish], log);
  const engine = await openEngine(lake, {}, { env, log });
  try {
    const registering = { lake, engine, log };
    await registerRunSchema(registering, await requireFinishedRun(lake, runId));
    const pointViews = async () => {
      await registerActive(registering, { allowUnsealed: true }).catch((error) => {
        throw notUpToDate(error, "active is switched; run bin/lake register_active");
      });
    };
    return await followed(lake, change, [followFile, pointViews, finish], log);
  } finally {
    await engine.close();
  }
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
