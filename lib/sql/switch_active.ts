import { CheckFailedError, EXIT, ExpectedError, oneLine } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { withState } from "../cli/system_error.ts";
import { requireFinishedRun } from "../promotion/promotable.ts";
import { openEngine } from "./choose.ts";
import { ACTIVE_SCHEMA, CATALOG } from "./engine.ts";
import { registerActive } from "./register_active.ts";
import { registerRunSchema } from "./register_run.ts";
import { wantsTrino } from "./trino/settings.ts";

export interface SwitchContext {
  lake: string;
  env: NodeJS.ProcessEnv;
  log: Logger;
}

/**
 * Runs `change`, which makes run `runId` the active one, so that the readers of the lake's engine follow. The embedded
 * engine's do of themselves, as they resolve the link. On a Trino the run's schema is made before, and `hive.discogs` is
 * re-pointed to it afterwards, also when the run was active already: that finishes a re-pointing that was interrupted.
 * Throws what `change` throws; CheckFailedError when the link has moved and the views have not.
 */
export async function withReaders<T>(
  { lake, env, log }: SwitchContext,
  runId: string,
  change: () => Promise<T>,
): Promise<T> {
  if (!wantsTrino(env)) return change();
  const engine = await openEngine(lake, {}, { env, log });
  try {
    const context = { lake, engine, log };
    await registerRunSchema(context, await requireFinishedRun(lake, runId));
    const result = await change();
    await registerActive(context, { allowUnsealed: true }).catch((error) => {
      throw notUpToDate(error, "active is switched; run scripts/register_active.ts");
    });
    return result;
  } finally {
    await engine.close();
  }
}

/** The failure of a step after which `hive.discogs` may stand for another run than `active`: exit code 1. */
export function notUpToDate(error: unknown, what: string): unknown {
  const state = `${CATALOG}.${ACTIVE_SCHEMA} is not up to date (${what})`;
  if (!(error instanceof ExpectedError)) return withState(error, state);
  if (error.exitCode !== EXIT.badInput) return error;
  const message = `${state}: ${oneLine(error)}`;
  return new CheckFailedError(message, { cause: error });
}
