import { type CommandContext, type CommandMain, defineCommand } from "../cli/command.ts";
import { EXIT, ExpectedError } from "../cli/errors.ts";
import type { OptionSpec } from "../cli/options.ts";
import type { ExtractedDataset } from "../datasets/declaration.ts";
import { chooseDump } from "../dump/choose_dump.ts";
import { lakePaths } from "../files/paths.ts";
import { sessionLimits, sessionOptions } from "../sql/session_options.ts";
import { type RunTestResult, runTest } from "./run_test.ts";

export interface RunTestSpec {
  /** `tests/run_test_artists_v1.ts` */
  name: string;
  /** Environment variable with the dump's path. */
  dumpVariable: string;
  /** All of one entity. */
  datasets: readonly [ExtractedDataset, ...ExtractedDataset[]];
}

const options = {
  lake: {
    type: "path",
    env: "DISCOGS_DATA_LAKE",
    value: "DIR",
    summary: "lake, for the default of --test-root",
  },
  "test-root": {
    type: "path",
    env: "DISCOGS_TEST_ROOT",
    value: "DIR",
    summary: "directory to extract to (default: the lake's _tmp_test/)",
  },
  "raw-root": {
    type: "path",
    env: "DISCOGS_RAW",
    value: "DIR",
    summary: "directory of the months' dump files",
  },
  "dump-month": { type: "string", value: "YYYY-MM", summary: "the month; else the newest with four files" },
  ...sessionOptions,
} as const satisfies Record<string, OptionSpec>;

/** The command of a run-level test: one dump, extracted and checked. */
export function runTestCommand({ name, dumpVariable, datasets }: RunTestSpec): CommandMain {
  const [{ entity }] = datasets;
  const made = datasets.map((dataset) => dataset.directory).join(" and ");
  return defineCommand({
    name,
    summary: `Extracts ${made} of a dump and checks the result.`,
    description: [
      `DUMP is an .xml or .xml.gz; without it ${dumpVariable} names it, or it is that of a month below the raw root.`,
      "Columns, types and keys are checked with DuckDB against the declaration; records, rows, dropped and skipped",
      "ones against a second reading of the dump that shares no code with the extractor. The datasets stay where they",
      "are until the next test.",
    ].join("\n"),
    options,
    positionals: ["DUMP?"],
    examples: [`npx tsx ${name} discogs_20260901_${entity}s.xml.gz --test-root /tmp/lake_test`],
    async run(context) {
      const { "raw-root": rawRoot, "dump-month": month } = context.options;
      const [given] = context.positionals;
      const dump = await chooseDump({
        entity,
        given,
        variable: dumpVariable,
        env: context.env,
        rawRoot,
        month,
      });
      const limits = sessionLimits(context.options);
      const place = { dump, testRoot: testRoot(context) };
      const result = await runTest({ entity, datasets, ...place, ...limits, log: context.log });
      return report(name, result, context.print);
    },
  });
}

function testRoot({ options: { lake, "test-root": given } }: CommandContext<typeof options>): string {
  if (given !== undefined) return given;
  if (lake !== undefined) return lakePaths(lake).testRoot;
  throw new ExpectedError("--test-root is missing (or set DISCOGS_TEST_ROOT or DISCOGS_DATA_LAKE)");
}

function report(name: string, { checks, samples }: RunTestResult, print: (line: string) => void): number {
  for (const { dataset, rows } of samples) {
    print(`${dataset}, the first rows:`);
    for (const row of rows) print(`  ${row}`);
  }
  const failed = checks.filter((check) => !check.ok);
  for (const check of failed) print(`FAIL ${check.name}: ${check.value} (${check.details})`);
  if (failed.length === 0) print(`PASS ${name}: ${checks.length} checks`);
  return failed.length === 0 ? EXIT.ok : EXIT.checkFailed;
}
