import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { CheckFailedError, EXIT, ExpectedError, oneLine } from "../lib/cli/errors.ts";
import { lakeOption } from "../lib/cli/options.ts";
import { openEngine } from "../lib/sql/choose.ts";
import type { SqlEngine } from "../lib/sql/engine.ts";
import { type RegisterActiveOptions, registerActive } from "../lib/sql/register_active.ts";
import { sessionLimits, sessionOptions } from "../lib/sql/session_options.ts";

export const main = defineCommand({
  name: "scripts/register_active.ts",
  summary: "Makes the schema hive.discogs stand for the active run: its tables and views.",
  description: [
    "Safe to repeat. Refuses unless `active` is a link to a sealed run. Whatever keeps it from its work leaves the link",
    "as it is, and is exit code 1.",
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
      const open = () => openEngine(options.lake, sessionLimits(options), { env, log });
      print(await register(options.lake, { allowUnsealed }, open));
    } catch (error) {
      throw unregistered(error);
    }
    return EXIT.ok;
  },
});

/** Registers the active run, and returns what to say of it. */
async function register(
  lake: string,
  options: RegisterActiveOptions,
  open: () => Promise<SqlEngine>,
): Promise<string> {
  const engine = await open();
  try {
    const { runId, objects } = await registerActive(lake, engine, options);
    const views = objects.filter(({ kind }) => kind === "view").length;
    return `hive.discogs is run ${runId}: ${objects.length - views} tables, ${views} views (${engine.name})`;
  } finally {
    await engine.close();
  }
}

/** It runs after a promotion, which stays: exit code 1 says so, whether the engine or the link is the reason. */
function unregistered(error: unknown): unknown {
  if (!(error instanceof ExpectedError) || error.exitCode !== EXIT.badInput) return error;
  const message = `hive.discogs is not up to date (active is as it was; repeat this): ${oneLine(error)}`;
  return new CheckFailedError(message, { cause: error });
}

await runAsEntrypoint(import.meta.url, main);
