import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { lakeOption } from "../lib/cli/options.ts";
import { registerHistory } from "../lib/history/history_schema.ts";
import { openEngineWithHistory } from "../lib/history/open_history.ts";
import { ACTIVE_SCHEMA } from "../lib/sql/engine.ts";
import { type RegisterActiveOptions, registerActive } from "../lib/sql/register_active.ts";
import type { RegisterContext } from "../lib/sql/register_run.ts";
import { registeredLine } from "../lib/sql/registered_line.ts";
import { sessionLimits, sessionOptions } from "../lib/sql/session_options.ts";
import { notUpToDate } from "../lib/sql/switch_active.ts";

export const main = defineCommand({
  name: "scripts/register_active.ts",
  summary: "Makes the schema hive.discogs stand for the active run: its tables and views.",
  description: [
    "Safe to repeat. Refuses unless `active` is a link to a sealed run. Whatever keeps it from its work leaves the link",
    "as it is, and is exit code 1. Where another engine has kept the history, hive.discogs_history is made too.",
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
    try {
      const engine = await openEngineWithHistory(options.lake, sessionLimits(options), { env, log });
      print(await register({ lake: options.lake, engine, log }, { allowUnsealed }));
    } catch (error) {
      // It runs after a promotion, which stays.
      throw notUpToDate(error, "active is as it was; repeat this");
    }
    return EXIT.ok;
  },
});

/** Registers the active run, and the history where the lake has one, closes the engine, and returns what to say of it. */
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
