import { ExpectedError } from "../cli/errors.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import { readManifest } from "../lake/manifest.ts";
import { requireActiveRun } from "../promotion/active.ts";
import { activations, readPromotions } from "../promotion/promotions.ts";
import { pointActiveViews } from "./active_views.ts";
import { ACTIVE_SCHEMA } from "./engine.ts";
import { registerSchema } from "./register.ts";
import {
  type RegisterContext,
  type RegisteredSchema,
  registerRunSchema,
  whileNoOtherMakes,
} from "./register_run.ts";

/** Options of registering the active run. */
export interface RegisterActiveOptions {
  /** Accept a run without a manifest that was not promoted here. */
  allowUnsealed: boolean;
}

/**
 * Creates or updates the active run's own schema, then points `hive.discogs` to it. On the embedded engine, whose sessions
 * resolve the link once, its tables go through `active`; elsewhere it consists of views over the run's schema
 * (`active_views.ts`). If the link is switched meanwhile, repeats this for the new run. Throws ExpectedError unless `active` is
 * a link to a sealed run, or to one of the Python original that was promoted.
 */
export async function registerActive(
  context: RegisterContext,
  options: RegisterActiveOptions,
): Promise<RegisteredSchema> {
  return whileNoOtherMakes(context, ACTIVE_SCHEMA, async () => {
    for (;;) {
      const registered = await follow(context, options);
      if ((await requireActiveRun(context.lake)).runId === registered.runId) return registered;
    }
  });
}

async function follow(context: RegisterContext, options: RegisterActiveOptions): Promise<RegisteredSchema> {
  const { lake, engine } = context;
  const run = await requireActiveRun(lake);
  if ((await readManifest(run.dir)) === undefined && !options.allowUnsealed) {
    await requirePromoted(lake, run.runId);
  }
  const registered = await registerRunSchema(context, run);
  if (engine.resolvesActive) {
    const tables = await datasetsIn(run.dir);
    await registerSchema(engine, { schema: ACTIVE_SCHEMA, location: "active", tables });
  } else {
    await pointActiveViews(engine, registered.schema, registered.objects);
  }
  return registered;
}

async function requirePromoted(lake: string, runId: string): Promise<void> {
  const promoted = activations(await readPromotions(lake)).some((activation) => activation.run_id === runId);
  if (promoted) return;
  throw new ExpectedError(
    `the active run ${runId} is not sealed and was not promoted here: use --allow-unsealed to register it anyway`,
  );
}
