import { type CommandMain, defineCommand } from "../cli/command.ts";
import { commandCall } from "../cli/command_call.ts";
import type { ExtractedDataset } from "../datasets/declaration.ts";
import { chooseDump, dumpVariable } from "../dump/choose_dump.ts";
import { sessionLimits } from "../sql/session_options.ts";
import { type RunTestResult, runTest } from "./run_test.ts";
import { assertReadableTwice, reportChecks, runTestOptions, testRootOf } from "./run_test_options.ts";

/** What distinguishes one run test script from another. */
export interface RunTestSpec {
  /** `tests/run_test_artists_v1.ts` */
  name: string;
  /** All of one entity. */
  datasets: readonly [ExtractedDataset, ...ExtractedDataset[]];
}

/** The command of a run-level test: one dump, extracted and checked. */
export function runTestCommand({ name, datasets }: RunTestSpec): CommandMain {
  const [{ entity }] = datasets;
  const made = datasets.map((dataset) => dataset.directory).join(" and ");
  return defineCommand({
    name,
    summary: `Extracts ${made} of a dump and checks the result.`,
    description: [
      `DUMP is an .xml or .xml.gz file; the default is ${dumpVariable(entity)}, or the dump of a month in the raw root.`,
      "Checks columns, types and keys with DuckDB against the declaration, and the numbers of records, rows, dropped and",
      "skipped ones against a second reading of the dump that shares no code with the extractor. The datasets are kept",
      "until the next test.",
    ].join("\n"),
    options: runTestOptions,
    positionals: ["DUMP?"],
    examples: [`${commandCall(name)} discogs_20260901_${entity}s.xml.gz --test-root /tmp/lake_test`],
    async run(context) {
      const { "raw-root": rawRoot, "dump-month": month } = context.options;
      const [given] = context.positionals;
      const dump = await chooseDump({
        entity,
        given,
        env: context.env,
        rawRoot,
        month,
      });
      await assertReadableTwice(dump);
      const limits = sessionLimits(context.options);
      const place = { dump, testRoot: testRootOf(context.options) };
      const removeControlCharacters = context.options["remove-control-characters"];
      const reading = { removeControlCharacters, log: context.log };
      const result = await runTest({ entity, datasets, ...place, ...limits, ...reading });
      return report(name, result, context.print);
    },
  });
}

function report(name: string, { checks, samples }: RunTestResult, print: (line: string) => void): number {
  for (const { dataset, rows } of samples) {
    print(`${dataset}, the first rows:`);
    for (const row of rows) print(`  ${row}`);
  }
  return reportChecks(name, checks, print);
}
