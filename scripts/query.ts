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

const options = {
  lake: lakeOption,
  format: {
    type: "string",
    choices: RESULT_FORMATS,
    summary: "how the result is written; default: as the name of --out says, else table",
  },
  csv: { type: "flag", summary: "the same as --format csv" },
  out: {
    type: "path",
    value: "FILE",
    summary: "write the result to a file, which appears when it is whole; one that is there is replaced",
  },
  ...sessionOptions,
} as const;

type Statements = ReturnType<typeof scriptStatements>;

export const main = defineCommand({
  name: "scripts/query.ts",
  summary: "Runs a read-only SQL query on the lake and prints the result.",
  description: [
    "Tables are named in full: hive.discogs.<table> is the active run. EXPLAIN, DESCRIBE, SUMMARIZE (DuckDB) and SHOW",
    "are run too. Nothing in the lake is changed: on DuckDB only functions that compute or read may be called, and files",
    "are read below the lake only, e.g. by read_parquet. SQL is an argument, a .sql file, or standard input, with - or",
    "without an argument.",
    "",
    "Rows are written as they come, so that a result may have any size. table: the first thousand rows choose the widths",
    "of the columns. json: a line with an object for each row. arrow: an Arrow IPC stream. parquet: with ZSTD. A type that",
    "arrow and parquet have no counterpart of is an error that names it.",
  ].join("\n"),
  positionals: ["SQL or file?"],
  options,
  examples: [
    'npx tsx scripts/query.ts --lake hive-data "SELECT style, count(*) AS n FROM hive.discogs.release_style_xref_v1 GROUP BY style ORDER BY n DESC LIMIT 10"',
    "npx tsx scripts/query.ts --lake hive-data --out countries.parquet sql/showcase_queries/countries.sql",
  ],
  async run({ options, positionals, env, log, write }) {
    const format = chosenFormat(options);
    const { out, lake } = options;
    if (isBinary(format) && out === undefined && process.stdout.isTTY) {
      throw new ExpectedError(`${format} is not for a terminal: write it to a file with --out, or to a pipe`);
    }
    const statements = await statementsOf(positionals[0]);
    if (statements.length === 0) throw new ExpectedError("there is no statement to run");
    if (isBinary(format) && statements.length > 1) {
      throw new ExpectedError(`${format} holds one result, and these are ${statements.length} statements`);
    }
    if (out !== undefined) assertWritable(out, { entry: true });
    const engine = await openEngineWithHistory(lake, sessionLimits(options), { env, log });
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
    throw new ExpectedError(`--csv and --format ${given} can't both be: leave one of them out`);
  }
  const ofFile = out === undefined ? undefined : formatOfFile(out);
  return given ?? (csv ? "csv" : (ofFile ?? "table"));
}

/** The statements of the argument, of the file that it names, or of standard input. */
async function statementsOf(given: string | undefined): Promise<Statements> {
  if (given === undefined && process.stdin.isTTY) {
    throw new ExpectedError("<SQL or file> is missing; see scripts/query.ts --help");
  }
  if (given === undefined || given === "-")
    return scriptStatements(await text(process.stdin), { file: "stdin" });
  if (!isPath(given)) return scriptStatements(given);
  return scriptStatements(await readSqlFile(given), { file: given });
}

/** SQL may end like the name of a file, too: in that of a table `x.sql`. */
function isPath(given: string): boolean {
  return given.endsWith(".sql") && !(/\s/.test(given) && looksLikeReading(given));
}

async function* outputOf(engine: SqlEngine, statements: Statements, format: ResultFormat) {
  for (const { sql, source } of statements) {
    const isPlan = format === "table" && withoutExplain(sql).explain !== "";
    yield* (isPlan ? planOf : renderers[format])(engine.stream(sql, source));
  }
}

/** Until the reader has gone. */
async function print(
  output: AsyncIterable<string | Uint8Array>,
  write: (piece: string | Uint8Array) => Promise<boolean>,
): Promise<void> {
  for await (const piece of output) if (!(await write(piece))) return;
}

await runAsEntrypoint(import.meta.url, main);
