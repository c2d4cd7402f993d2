import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { lakeOption } from "../lib/cli/options.ts";
import { requireLake } from "../lib/lake/require_lake.ts";
import { makeDuckdbFile } from "../lib/sql/duckdb_file/make.ts";

/** Rebuilds discogs.duckdb for the active run, for example after the lake was moved. */
export const main = defineCommand({
  name: "scripts/make_duckdb_file.ts",
  summary: "Rebuilds discogs.duckdb: the active run under short names, for any tool that opens DuckDB files.",
  description: [
    "Promotion and rollback do this too. The views refer to the run's files by absolute path: rebuild the file after",
    "moving the lake. Programs that have it open keep the version they opened.",
  ].join("\n"),
  options: { lake: lakeOption },
  examples: ["bin/lake make_duckdb_file --lake hive-data"],
  async run({ options, log, print }) {
    await requireLake(options.lake);
    const { path, runId, views } = await makeDuckdbFile(options.lake, log);
    print(`${path}: run ${runId}, ${views.length} views`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
