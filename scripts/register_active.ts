import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { lakeOption } from "../lib/cli/options.ts";
import { registerHistory } from "../lib/history/history_schema.ts";
import { openEngineWithHistory } from "../lib/history/open_history.ts";
import { requireLake } from "../lib/lake/require_lake.ts";
import { ACTIVE_SCHEMA } from "../lib/sql/engine.ts";
import { type RegisterActiveOptions, registerActive } from "../lib/sql/register_active.ts";
import type { RegisterContext } from "../lib/sql/register_run.ts";
import { registeredLine } from "../lib/sql/registered_line.ts";
import { sessionLimits, sessionOptions } from "../lib/sql/session_options.ts";
import { notUpToDate } from "../lib/sql/switch_active.ts";

/** Points the tables and views of `hive.discogs` to the active run. */
export const main = defineCommand({
  name: "scripts/register_active.ts",
  summary: "Points the tables and views of schema hive.discogs to the active run.",
  description: [
    "Safe to repeat. Refuses unless `active` is a link to a sealed run. On any failure in a lake, leaves the link",
    "unchanged and exits with code 1. Also creates hive.discogs_history if the lake has a history that another engine recorded.",
  ].join("\n"),
  options: {
    lake: lakeOption,
    "allow-unsealed": {
      type: "flag",
      summary: "also register a run of the Python original that was not promoted here",
    },
    ...sessionOptions,
  },
  async run({ options, env, log, print }) {
    const allowUnsealed = options["allow-unsealed"];
    await requireLake(options.lake);
    try {
      const engine = await openEngineWithHistory(options.lake, sessionLimits(options), { env, log });
      print(await register({ lake: options.lake, engine, log }, { allowUnsealed }));
    } catch (error) {
      // It runs after a promotion, which is kept.
      throw notUpToDate(error, "active is unchanged; repeat this command");
    }
    return EXIT.ok;
  },
});

/** Registers the active run and the history, closes the engine, and returns the message to print. */
async function register(context: RegisterContext, options: RegisterActiveOptions): Promise<string> {
  const { engine } = context;
  try {
    const registered = await registerActive(context, options);
    await registerHistory(context);
    return registeredLine({ ...registered, schema: ACTIVE_SCHEMA }, engine.name);
  } finally {
    await engine.close();
  }
}

await runAsEntrypoint(import.meta.url, main);
