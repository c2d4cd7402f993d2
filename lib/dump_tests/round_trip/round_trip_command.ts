import { type CommandContext, type CommandMain, defineCommand } from "../../cli/command.ts";
import { commandCall } from "../../cli/command_call.ts";
import { EXIT, ExpectedError } from "../../cli/errors.ts";
import type { OptionSpecs } from "../../cli/options.ts";
import { findDumpFiles, findDumpMonth } from "../../dump/raw_month.ts";
import { sessionLimits } from "../../sql/session_options.ts";
import { entityOf } from "../dump_records.ts";
import { assertReadableTwice, reportChecks, runTestOptions, testRootOf } from "../run_test_options.ts";
import type { DifferingRecord } from "./compare_records.ts";
import { renderDifferences } from "./differences.ts";
import { roundTrip } from "./round_trip.ts";

const options = {
  ...runTestOptions,
  records: {
    type: "integer",
    min: 1,
    value: "N",
    summary: "compare only the first N records of each dump, and count nothing (default: all)",
  },
} as const satisfies OptionSpecs;

/** The command that rebuilds the records of dumps from their datasets. */
export function roundTripCommand(name: string): CommandMain {
  return defineCommand({
    name,
    summary:
      "Extracts all datasets of a dump, rebuilds every record from them, and compares it with the dump.",
    description: [
      "DUMP is an .xml or .xml.gz file; by default, tests the four dumps of a month in the raw root.",
      "Records are compared in normal form: text is trimmed, and empty values and id 0 count as absent.",
      "Shows the first differences with record, path, the dump's value and the datasets' value. Also counts the elements",
      "of the dump and compares them with the rows of every dataset. The datasets are removed at the end.",
    ].join("\n"),
    options,
    positionals: ["DUMP?"],
    examples: [
      `${commandCall(name)} discogs_20260901_releases.xml.gz --test-root /tmp/lake_test --records 100000`,
    ],
    async run(context) {
      let exitCode: number = EXIT.ok;
      for (const dump of await dumpsOf(context)) exitCode = Math.max(exitCode, await testDump(dump, context));
      return exitCode;
    },
  });
}

type Context = CommandContext<typeof options>;

async function dumpsOf({ options, positionals: [given] }: Context): Promise<string[]> {
  if (given !== undefined && given !== "") return [given];
  const { "raw-root": rawRoot, "dump-month": month } = options;
  if (rawRoot === undefined)
    throw new ExpectedError("which dump? Name it, or set DISCOGS_RAW to test all dumps of a month");
  const { files } = month === undefined ? await findDumpMonth(rawRoot) : await findDumpFiles(rawRoot, month);
  return files.map(({ path }) => path);
}

async function testDump(dump: string, { options, log, print }: Context): Promise<number> {
  await assertReadableTwice(dump);
  const { checks, comparison } = await roundTrip({
    entity: await entityOf(dump),
    dump,
    testRoot: testRootOf(options),
    records: options.records,
    removeControlCharacters: options["remove-control-characters"],
    ...sessionLimits(options),
    log,
  });
  for (const record of comparison.first) for (const line of rendered(record)) print(line);
  print(`${dump}: ${checks.at(-1)?.details}`);
  return reportChecks(dump, checks, print);
}

function rendered({ id, numbers, differences }: DifferingRecord): string[] {
  return [`record ${id} (number ${numbers.join(", ")} of the dump):`, ...renderDifferences(differences)];
}
