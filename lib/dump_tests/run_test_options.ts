import { stat } from "node:fs/promises";
import type { CheckResult } from "../checks/check.ts";
import { noteCheckResults } from "../checks/show_checks.ts";
import { counted } from "../cli/amounts.ts";
import { EXIT, ExpectedError } from "../cli/errors.ts";
import type { OptionSpecs, OptionValues } from "../cli/options.ts";
import { noteFailure } from "../cli/stage_log.ts";
import { labelOf } from "../dump/source.ts";
import { lakePaths } from "../files/paths.ts";
import { sessionOptions } from "../sql/session_options.ts";

/** Options of every command that extracts a dump and checks the result. */
export const runTestOptions = {
  lake: {
    type: "path",
    env: "DISCOGS_DATA_LAKE",
    value: "DIR",
    summary: "lake for the default of --test-root",
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
  "dump-month": {
    type: "string",
    value: "YYYY-MM",
    summary: "the month (default: the newest with four files)",
  },
  "remove-control-characters": {
    type: "flag",
    summary: "remove control characters, which XML does not allow (dumps of 2011 have some)",
  },
  ...sessionOptions,
} as const satisfies OptionSpecs;

/** The directory to extract to. */
export function testRootOf({ lake, "test-root": given }: OptionValues<typeof runTestOptions>): string {
  if (given !== undefined) return given;
  if (lake !== undefined) return lakePaths(lake).testRoot;
  throw new ExpectedError("--test-root is missing (or set DISCOGS_TEST_ROOT or DISCOGS_DATA_LAKE)");
}

/**
 * Refuses what can be read only once, before the extractor has read it.
 * @throws ExpectedError for a pipe
 */
export async function assertReadableTwice(dump: string): Promise<void> {
  const found = await stat(dump).catch(() => undefined);
  if (dump !== "-" && (found === undefined || found.isFile() || found.isDirectory())) return;
  throw new ExpectedError(`${labelOf(dump)} is not a file: the dump is read twice, so save it first`);
}

/** Prints the failed checks, or how many passed, and returns the exit code. */
export function reportChecks(
  name: string,
  checks: readonly CheckResult[],
  print: (line: string) => void,
): number {
  noteCheckResults(checks);
  const failed = checks.filter((check) => !check.ok);
  if (failed.length > 0)
    noteFailure(`${name}: error: checks failed: ${failed.map((check) => check.name).join(", ")}`);
  for (const check of failed) print(`FAIL ${check.name}: ${check.value} (${check.details})`);
  if (failed.length === 0) print(`PASS ${name}: ${counted(checks.length, "check")}`);
  return failed.length === 0 ? EXIT.ok : EXIT.checkFailed;
}
