import { counted, countText } from "../lib/cli/amounts.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import type { Logger } from "../lib/cli/log.ts";
import { lakeOption, type OptionValues } from "../lib/cli/options.ts";
import { applyChanges } from "../lib/postgres/apply_changes.ts";
import { withInterrupt } from "../lib/postgres/interrupt.ts";
import { loadRun } from "../lib/postgres/load.ts";
import { datasetsToLoad, runToLoad } from "../lib/postgres/selection.ts";
import { sessionLimits, sessionOptions } from "../lib/sql/session_options.ts";

/** Loads a run into a PostgreSQL schema, or only what changed since the loaded one; readers see the old or the new tables. */
export const main = defineCommand({
  name: "pipelines/load_postgres.ts",
  summary: "Loads the datasets of a run into a PostgreSQL schema, replacing the previous load.",
  description: [
    "Copies the tables into <schema>__loading, adds keys, indexes, foreign keys and comments there, and replaces",
    "<schema> in one transaction: readers see either all of the old tables or all of the new ones. A load that failed",
    "or was killed can simply be repeated.",
    "With --changes, only the rows of records that differ are replaced, in one transaction; bin/lake compare_runs must",
    "have compared the run that the schema holds with the new one.",
    "Prefer DISCOGS_POSTGRES_URL, PGPASSWORD or ~/.pgpass for the password: other users of the machine can see --url.",
    "docs/postgres.md describes types and keys.",
  ].join("\n"),
  options: {
    lake: lakeOption,
    url: {
      type: "string",
      required: true,
      env: "DISCOGS_POSTGRES_URL",
      value: "URL",
      summary: "the database, postgres://user@host:5432/database (PostgreSQL 15 or newer)",
    },
    datasets: {
      type: "string",
      default: "all",
      value: "all|LIST",
      notEmpty: true,
      summary: "datasets to load, separated by commas; the schema then has no others",
    },
    run: { type: "string", value: "RUN_ID", summary: "a sealed run (default: the active one)" },
    changes: {
      type: "flag",
      summary:
        "change the run that the schema holds into this one, by their comparison, instead of loading it again",
    },
    schema: { type: "string", default: "discogs", value: "NAME", summary: "schema to load into" },
    ...sessionOptions,
  },
  examples: [
    "bin/lake load_postgres --lake hive-data --url postgres://discogs@localhost/music",
    "bin/lake load_postgres --lake hive-data --url postgres:///music --datasets artists_v1_typed,releases_v6",
  ],
  async run({ options, log, print }) {
    const run = await runToLoad(options.lake, options.run);
    if (options.changes) {
      if (options.datasets !== "all") {
        throw new ExpectedError("--changes keeps the tables that the schema has: leave out --datasets");
      }
      print(await changed(run, options, log));
      return EXIT.ok;
    }
    const datasets = await datasetsToLoad(run.dir, options.datasets);
    const { url, schema } = options;
    const loaded = await withInterrupt((signal) =>
      loadRun(run, { url, schema, datasets, log, signal, ...sessionLimits(options) }),
    );
    const rows = loaded.reduce((sum, table) => sum + table.rows, 0);
    print(
      `schema ${schema} is run ${run.runId}: ${counted(loaded.length, "table")}, ${counted(rows, "row")}`,
    );
    return EXIT.ok;
  },
});

async function changed(
  run: { runId: string; dir: string },
  {
    lake,
    url,
    schema,
    ...limits
  }: { lake: string; url: string; schema: string } & OptionValues<typeof sessionOptions>,
  log: Logger,
): Promise<string> {
  const applied = await withInterrupt((signal) =>
    applyChanges(run, { lake, url, schema, log, signal, ...sessionLimits(limits) }),
  );
  if (applied === undefined) return `schema ${schema} is run ${run.runId} already`;
  const { from, removed, added } = applied;
  return `schema ${schema} is run ${run.runId}: changed from run ${from}, ${counted(removed, "row")} removed, ${countText(added)} added`;
}

await runAsEntrypoint(import.meta.url, main);
