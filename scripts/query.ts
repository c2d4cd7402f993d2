import { existsSync, readFileSync } from "node:fs";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { lakeOption } from "../lib/cli/options.ts";
import { openEngine } from "../lib/sql/choose.ts";
import { resultCsv, resultTable } from "../lib/sql/render_result.ts";
import { sessionLimits, sessionOptions } from "../lib/sql/session_options.ts";
import { splitStatements } from "../lib/sql/split.ts";

export const main = defineCommand({
  name: "scripts/query.ts",
  summary: "Runs SQL that reads on the lake and prints the result.",
  description: "Tables are named in full: hive.discogs.<table> is the active run. Nothing is written.",
  positionals: ["SQL or file"],
  options: {
    lake: lakeOption,
    csv: { type: "flag", summary: "print CSV instead of a table" },
    ...sessionOptions,
  },
  examples: [
    'npx tsx scripts/query.ts --lake hive-data "SELECT style, count(*) AS n FROM hive.discogs.release_style_xref_v1 GROUP BY style ORDER BY n DESC LIMIT 10"',
  ],
  async run({ options, positionals: [given = ""], env, log, print }) {
    const source = given.endsWith(".sql") && existsSync(given) ? { file: given } : undefined;
    const sql = source === undefined ? given : readFileSync(source.file, "utf8");
    if (splitStatements(sql).length === 0) throw new ExpectedError("there is no statement to run");
    const limits = sessionLimits(options);
    const engine = await openEngine(options.lake, limits, { env, log });
    try {
      for (const result of await engine.script(sql, source)) {
        if (options.csv) print(resultCsv(result).trimEnd());
        else for (const line of resultTable(result)) print(line);
      }
      return EXIT.ok;
    } finally {
      await engine.close();
    }
  },
});

await runAsEntrypoint(import.meta.url, main);
