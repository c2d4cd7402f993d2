import { text } from "node:stream/consumers";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { lakeOption, type OptionValues } from "../lib/cli/options.ts";
import { writeFileAtomic } from "../lib/files/files.ts";
import { assertWritable } from "../lib/files/guard.ts";
import { openEngineWithHistory } from "../lib/history/open_history.ts";
import type { SqlEngine } from "../lib/sql/engine.ts";
import { looksLikeReading, withoutExplain } from "../lib/sql/reading.ts";
import { planOf } from "../lib/sql/render_result.ts";
import {
  formatOfFile,
  isBinary,
  RESULT_FORMATS,
  type ResultFormat,
  renderers,
} from "../lib/sql/results/formats.ts";
import { scriptStatements } from "../lib/sql/run_script.ts";
import { sessionLimits, sessionOptions } from "../lib/sql/session_options.ts";
import { readSqlFile } from "../lib/sql/sql_to_csv.ts";
import { suggestingNames } from "../lib/sql/unknown_names.ts";

const options = {
  lake: lakeOption,
  format: {
    type: "string",
    choices: RESULT_FORMATS,
    summary: "format of the result (default: by the name of --out, else table)",
  },
  csv: { type: "flag", summary: "same as --format csv" },
  out: {
    type: "path",
    value: "FILE",
    summary: "write the result to a file, replaced atomically if it exists",
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
    "type that arrow or parquet can't represent is an error that names it.",
  ].join("\n"),
  positionals: ["SQL or file?"],
  options,
  examples: [
    'bin/lake query --lake hive-data "SELECT style, count(*) AS n FROM hive.discogs.release_style_xref_v1 GROUP BY style ORDER BY n DESC LIMIT 10"',
    "bin/lake query --lake hive-data --out countries.parquet sql/showcase_queries/countries.sql",
  ],
  async run({ options, positionals, env, log, write }) {
    const format = chosenFormat(options);
    const { out, lake } = options;
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
    if (out !== undefined) assertWritable(out, { entry: true });
    const engine = suggestingNames(await openEngineWithHistory(lake, sessionLimits(options), { env, log }));
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

function chosenFormat({ format, csv, out }: OptionValues<typeof options>): ResultFormat {
  const given = RESULT_FORMATS.find((name) => name === format);
  if (csv && given !== undefined && given !== "csv") {
    throw new ExpectedError(`--csv conflicts with --format ${given}: omit one of them`);
  }
  const ofFile = out === undefined ? undefined : formatOfFile(out);
  return given ?? (csv ? "csv" : (ofFile ?? "table"));
}

/** The statements from the argument, the file that it names, or standard input. */
async function statementsOf(given: string | undefined): Promise<Statements> {
  if (given === undefined && process.stdin.isTTY) {
    throw new ExpectedError("<SQL or file> is missing; see bin/lake query --help");
  }
  if (given === undefined || given === "-")
    return scriptStatements(await text(process.stdin), { file: "stdin" });
  if (!isPath(given)) return scriptStatements(given);
  return scriptStatements(await readSqlFile(given), { file: given });
}

/** SQL may also end like a file name, e.g. with a table `x.sql`. */
function isPath(given: string): boolean {
  return given.endsWith(".sql") && !(/\s/.test(given) && looksLikeReading(given));
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
