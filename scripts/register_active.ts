import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { lakeOption } from "../lib/cli/options.ts";
import { openEngine } from "../lib/sql/choose.ts";
import { registerActive } from "../lib/sql/register_active.ts";

export const main = defineCommand({
  name: "scripts/register_active.ts",
  summary: "Makes the schema hive.discogs stand for the active run: its tables and views.",
  description: "Safe to repeat. Refuses unless `active` is a link to a sealed run.",
  options: {
    lake: lakeOption,
    "allow-unsealed": {
      type: "flag",
      summary: "also register a run of the Python original that was not promoted here",
    },
  },
  async run({ options, env, log, print }) {
    const engine = await openEngine(options.lake, {}, { env, log });
    try {
      const { runId, objects } = await registerActive(options.lake, engine, {
        allowUnsealed: options["allow-unsealed"],
      });
      const views = objects.filter(({ kind }) => kind === "view").length;
      print(
        `hive.discogs is run ${runId}: ${objects.length - views} tables, ${views} views (${engine.name})`,
      );
      return EXIT.ok;
    } finally {
      await engine.close();
    }
  },
});

await runAsEntrypoint(import.meta.url, main);
