import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { lakeOption } from "../lib/cli/options.ts";
import { openEngine } from "../lib/sql/choose.ts";
import { looksLikeReading, withoutExplain } from "../lib/sql/reading.ts";
import { csvOf, planOf, tableOf } from "../lib/sql/render_result.ts";
import { scriptStatements } from "../lib/sql/run_script.ts";
import { sessionLimits, sessionOptions } from "../lib/sql/session_options.ts";
import { readSqlFile } from "../lib/sql/sql_to_csv.ts";

export const main = defineCommand({
  name: "scripts/query.ts",
  summary: "Runs SQL that reads on the lake and prints the result.",
  description: [
    "Tables are named in full: hive.discogs.<table> is the active run. EXPLAIN, DESCRIBE, SUMMARIZE (DuckDB) and SHOW",
    "are run too. Nothing is written: on DuckDB only functions that compute or read may be called, and files are read",
    "below the lake only, e.g. by read_parquet. Rows are printed as they come; the first thousand choose the widths of",
    "the table's columns.",
  ].join("\n"),
  positionals: ["SQL or file"],
  options: {
    lake: lakeOption,
    csv: { type: "flag", summary: "print CSV instead of a table" },
    ...sessionOptions,
  },
  examples: [
    'npx tsx scripts/query.ts --lake hive-data "SELECT style, count(*) AS n FROM hive.discogs.release_style_xref_v1 GROUP BY style ORDER BY n DESC LIMIT 10"',
  ],
  async run({ options, positionals: [given = ""], env, log, write }) {
    const source = isPath(given) ? { file: given } : undefined;
    const sql = source === undefined ? given : await readSqlFile(source.file);
    const statements = scriptStatements(sql, source);
    if (statements.length === 0) throw new ExpectedError("there is no statement to run");
    const limits = sessionLimits(options);
    const engine = await openEngine(options.lake, limits, { env, log });
    try {
      for (const statement of statements) {
        const render = options.csv ? csvOf : isExplain(statement.sql) ? planOf : tableOf;
        for await (const text of render(engine.stream(statement.sql, statement.source))) {
          if (!(await write(text))) return EXIT.ok;
        }
      }
      return EXIT.ok;
    } finally {
      await engine.close();
    }
  },
});

/** SQL may end like the name of a file, too: in that of a table `x.sql`. */
function isPath(given: string): boolean {
  return given.endsWith(".sql") && !(/\s/.test(given) && looksLikeReading(given));
}

const isExplain = (sql: string) => withoutExplain(sql).explain !== "";

await runAsEntrypoint(import.meta.url, main);
