import { CheckFailedError, EXIT, ExpectedError, oneLine } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { withState } from "../cli/system_error.ts";
import { requireFinishedRun } from "../promotion/promotable.ts";
import { openEngine } from "./choose.ts";
import { followActive } from "./duckdb_file/make.ts";
import { ACTIVE_SCHEMA, CATALOG } from "./engine.ts";
import { registerActive } from "./register_active.ts";
import { registerRunSchema } from "./register_run.ts";
import { wantsTrino } from "./trino/settings.ts";

/** What switching the views of the active run takes. */
export interface SwitchContext {
  lake: string;
  env: NodeJS.ProcessEnv;
  log: Logger;
}

/**
 * Runs `change`, which makes run `runId` the active one, so that the readers of the lake follow: `discogs.duckdb` is
 * made anew, and on a Trino, where the run's schema is made before, `hive.discogs` is re-pointed to it; also when the run
 * was active already, which finishes what was interrupted. Sessions of the embedded engine resolve the link themselves.
 * Throws what `change` throws; CheckFailedError when the link has moved and a reader has not followed.
 */
export async function withReaders<T>(
  context: SwitchContext,
  runId: string,
  change: () => Promise<T>,
): Promise<T> {
  const { lake, env, log } = context;
  const followFile = () => followActive(lake, log);
  if (!wantsTrino(env)) return followed(await change(), [followFile], log);
  const engine = await openEngine(lake, {}, { env, log });
  try {
    const registering = { lake, engine, log };
    await registerRunSchema(registering, await requireFinishedRun(lake, runId));
    const pointViews = async () => {
      await registerActive(registering, { allowUnsealed: true }).catch((error) => {
        throw notUpToDate(error, "active is switched; run scripts/register_active.ts");
      });
    };
    return await followed(await change(), [followFile, pointViews], log);
  } finally {
    await engine.close();
  }
}

/** Takes every step, also where one fails, and throws the last failure; those before it are logged. */
async function followed<T>(result: T, steps: readonly (() => Promise<void>)[], log: Logger): Promise<T> {
  const failures: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => failures.push(error));
  const last = failures.pop();
  for (const failure of failures) log.warn(oneLine(failure));
  if (last !== undefined) throw last;
  return result;
}

/** The failure of a step after which `hive.discogs` may stand for another run than `active`: exit code 1. */
export function notUpToDate(error: unknown, what: string): unknown {
  const state = `${CATALOG}.${ACTIVE_SCHEMA} is not up to date (${what})`;
  if (!(error instanceof ExpectedError)) return withState(error, state);
  if (error.exitCode !== EXIT.badInput) return error;
  const message = `${state}: ${oneLine(error)}`;
  return new CheckFailedError(message, { cause: error });
}
