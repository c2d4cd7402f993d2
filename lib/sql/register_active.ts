import { ExpectedError } from "../cli/errors.ts";
import { requireActiveRun } from "../lake/active.ts";
import { readManifest } from "../lake/manifest.ts";
import { activations, readPromotions } from "../lake/promotions.ts";
import { ACTIVE_SCHEMA, type SchemaObject, type SqlEngine } from "./engine.ts";
import { registerSchema, tablesOf } from "./register.ts";

export interface RegisterActiveOptions {
  /** Accept a run without a manifest that was not promoted here. */
  allowUnsealed: boolean;
}

/**
 * Makes `hive.discogs` stand for the active run, or brings it up to date: tables whose locations go through `active`,
 * and the views on them. Throws ExpectedError unless `active` is a link to a sealed run, or to one of the Python
 * original that was promoted (engines make a missing location a directory, and the link could not be switched again).
 */
export async function registerActive(
  lake: string,
  engine: SqlEngine,
  options: RegisterActiveOptions,
): Promise<{ runId: string; objects: SchemaObject[] }> {
  const { runId, dir } = await requireActiveRun(lake);
  if ((await readManifest(dir)) === undefined && !options.allowUnsealed) {
    await requirePromoted(lake, runId);
  }
  await registerSchema(engine, { schema: ACTIVE_SCHEMA, location: "active", tables: tablesOf(dir) });
  return { runId, objects: await engine.objects(ACTIVE_SCHEMA) };
}

async function requirePromoted(lake: string, runId: string): Promise<void> {
  const promoted = activations(await readPromotions(lake)).some((activation) => activation.run_id === runId);
  if (promoted) return;
  throw new ExpectedError(
    `the active run ${runId} is not sealed and was not promoted here: --allow-unsealed registers it all the same`,
  );
}
