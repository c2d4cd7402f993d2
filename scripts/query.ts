import { buffer } from "node:stream/consumers";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { lakeOption, type OptionValues } from "../lib/cli/options.ts";
import { shellWord } from "../lib/cli/shell_words.ts";
import { kindOf, writeFileAtomic } from "../lib/files/files.ts";
import { assertResult } from "../lib/files/guard.ts";
import { utf8Text } from "../lib/files/utf8_text.ts";
import { openEngineWithHistory } from "../lib/history/open_history.ts";
import type { SqlEngine } from "../lib/sql/engine.ts";
import { isMeantAsFile, tableMeant } from "../lib/sql/given_sql.ts";
import { withoutExplain } from "../lib/sql/reading.ts";
import { planOf } from "../lib/sql/render_result.ts";
import {
  formatOfFile,
  isBinary,
  RESULT_FORMATS,
  type ResultFormat,
  renderers,
} from "../lib/sql/results/formats.ts";
import { scriptStatements } from "../lib/sql/script_statements.ts";
import { sessionLimits, sessionOptions } from "../lib/sql/session_options.ts";
import { readSqlFile } from "../lib/sql/sql_to_csv.ts";
import { suggestingNames } from "../lib/sql/unknown_names.ts";

const options = {
  lake: lakeOption,
  format: {
    type: "string",
    choices: RESULT_FORMATS,
    summary: "format of the result (default: by the suffix of --out, else table)",
  },
  csv: { type: "flag", summary: "same as --format csv" },
  out: {
    type: "file",
    summary:
      "write the result to a file, replaced atomically; makes missing directories (- is standard output)",
  },
  ...sessionOptions,
} as const;

type Statements = ReturnType<typeof scriptStatements>;

/** Runs one read-only statement on the lake and streams its result to stdout or a file. */
export const main = defineCommand({
  name: "scripts/query.ts",
  summary: "Runs a read-only SQL query on the lake and prints the result.",
  description: [
    "Tables have full names: hive.discogs.<table> is the active run. Besides SELECT, also runs EXPLAIN, DESCRIBE,",
    "SUMMARIZE (DuckDB) and SHOW. Changes nothing in the lake: DuckDB may call only functions that compute or read,",
    "and may read only files below the lake, e.g. with read_parquet. The SQL comes from an argument, a .sql file or",
    "standard input (-, or no argument).",
    "",
    "Rows are written as they arrive, so results can be of any size. table: the first thousand rows determine the",
    "column widths. json: one object per line. arrow: an Arrow IPC stream. parquet: compressed with ZSTD. A column",
    "type that arrow or parquet can't represent is an error that names it. Numbers have all digits, also in the lists and",
    "structs of table, csv and json.",
    "",
    "By the suffix of --out: .csv; .json, .jsonl or .ndjson; .arrow or .arrows; .parquet; .txt or none for table. Any other",
    "suffix needs --format.",
  ].join("\n"),
  positionals: ["SQL or file?"],
  options,
  examples: [
    'bin/lake query --lake hive-data "SELECT style, count(*) AS n FROM hive.discogs.release_style_xref_v1 GROUP BY style ORDER BY n DESC LIMIT 10"',
    "bin/lake query --lake hive-data --out countries.parquet sql/showcase_queries/countries.sql",
  ],
  async run({ options, positionals, env, log, write }) {
    const { lake } = options;
    const out = options.out === "-" ? undefined : options.out;
    const format = chosenFormat(options, out);
    if (isBinary(format) && out === undefined && process.stdout.isTTY) {
      throw new ExpectedError(`${format} is binary and can't be written to a terminal: use --out or a pipe`);
    }
    const statements = await statementsOf(positionals[0]);
    if (statements.length === 0) throw new ExpectedError("no statement to run");
    if (isBinary(format) && statements.length > 1) {
      throw new ExpectedError(
        `${format} can hold only one result, but there are ${statements.length} statements`,
      );
    }
    if (out !== undefined) assertResult(out);
    const opened = await openEngineWithHistory(lake, sessionLimits(options), { env, log });
    const engine = suggestingNames(opened, lake);
    try {
      const output = outputOf(engine, statements, format);
      if (out !== undefined) await writeFileAtomic(out, output);
      else await print(output, write);
      return EXIT.ok;
    } finally {
      await engine.close();
    }
  },
});

function chosenFormat({ format, csv }: OptionValues<typeof options>, out: string | undefined): ResultFormat {
  const given = RESULT_FORMATS.find((name) => name === format);
  if (csv && given !== undefined && given !== "csv") {
    throw new ExpectedError(`--csv conflicts with --format ${given}: omit one of them`);
  }
  return given ?? (csv ? "csv" : out === undefined ? "table" : formatOfFile(out));
}

/** The statements from the argument, the file that it names, or standard input. */
async function statementsOf(given: string | undefined): Promise<Statements> {
  if (given === undefined && process.stdin.isTTY) {
    throw new ExpectedError("<SQL or file> is missing; see bin/lake query --help");
  }
  if (given === undefined || given === "-")
    return scriptStatements(utf8Text(await buffer(process.stdin), "stdin"), { file: "stdin" });
  if (!isMeantAsFile(given)) return scriptStatements(given);
  if (!given.endsWith(".sql")) await refuseOtherThanSql(given);
  return scriptStatements(await readSqlFile(given), { file: given });
}

/** Explains what to give instead of a file of another kind, or of the name of a table. */
async function refuseOtherThanSql(given: string): Promise<void> {
  if ((await kindOf(given)) !== undefined) {
    throw new ExpectedError(
      `${given} is not a .sql file: if it holds SQL, use bin/lake query - < ${shellWord(given)}`,
    );
  }
  const table = tableMeant(given);
  if (table === undefined) return;
  throw new ExpectedError(
    `${given} is neither SQL nor a file; for the rows of a table: bin/lake query "SELECT * FROM ${table} LIMIT 10"`,
  );
}

async function* outputOf(engine: SqlEngine, statements: Statements, format: ResultFormat) {
  for (const { sql, source } of statements) {
    const isPlan = format === "table" && withoutExplain(sql).explain !== "";
    yield* (isPlan ? planOf : renderers[format])(engine.stream(sql, source));
  }
}

/** Until the reader closes the pipe. */
async function print(
  output: AsyncIterable<string | Uint8Array>,
  write: (piece: string | Uint8Array) => Promise<boolean>,
): Promise<void> {
  for await (const piece of output) if (!(await write(piece))) return;
}

await runAsEntrypoint(import.meta.url, main);
