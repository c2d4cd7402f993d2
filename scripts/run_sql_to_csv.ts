import { counted } from "../lib/cli/amounts.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { lakeOption } from "../lib/cli/options.ts";
import { openEngineWithHistory } from "../lib/history/open_history.ts";
import { sessionLimits, sessionOptions } from "../lib/sql/session_options.ts";
import { sqlToCsv } from "../lib/sql/sql_to_csv.ts";
import { suggestingNames } from "../lib/sql/unknown_names.ts";

/** Writes the result of a query file as CSV, replacing an earlier result by rename. */
export const main = defineCommand({
  name: "scripts/run_sql_to_csv.ts",
  summary: "Runs the query of a file on the lake and writes its result as CSV.",
  description: [
    "The CSV is <out-dir>/<name of the file>.csv, replaced atomically if it exists. A sealed run accepts only new",
    "files, and only in its _reports/. Tables have full names: hive.discogs.<table> is the active run.",
  ].join("\n"),
  options: {
    lake: lakeOption,
    "sql-file": { type: "file", required: true, summary: ".sql file with one SELECT" },
    "out-dir": { type: "path", required: true, value: "DIR", summary: "directory for the CSV" },
    ...sessionOptions,
  },
  examples: [
    "bin/lake run_sql_to_csv --lake hive-data --sql-file sql/showcase_queries/overview.sql --out-dir /tmp",
  ],
  async run({ options, env, log, print }) {
    const limits = sessionLimits(options);
    const { lake } = options;
    const open = async () => suggestingNames(await openEngineWithHistory(lake, limits, { env, log }), lake);
    const { path, rows } = await sqlToCsv(open, options["sql-file"], options["out-dir"]);
    print(`${path}: ${counted(rows, "row")}`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
