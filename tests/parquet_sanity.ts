import { basename } from "node:path";
import { type CheckResult, failing } from "../lib/checks/check.ts";
import { datasetsMadeFrom, datasetsNamed } from "../lib/checks/datasets_named.ts";
import { readMinRows } from "../lib/checks/min_rows.ts";
import { datasetSanity, parquetSanity, type SanityOptions } from "../lib/checks/parquet_sanity.ts";
import { reportJson } from "../lib/checks/render.ts";
import { showChecks } from "../lib/checks/show_checks.ts";
import { counted } from "../lib/cli/amounts.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { CheckFailedError, EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { datasetsIn } from "../lib/lake/datasets_in.ts";
import { PARQUET_SANITY, writeReport } from "../lib/lake/reports.ts";
import { optionalRunOptions, runOrDirectory } from "../lib/lake/run_or_directory.ts";
import { sessionLimits, sessionOptions } from "../lib/sql/session_options.ts";

/** Checks the Parquet files of a run; exit 1 if a check fails, warnings do not count. */
export const main = defineCommand({
  name: "tests/parquet_sanity.ts",
  summary: "Checks the Parquet files of a run: files, columns, rows, keys, references, warehouse.",
  description: [
    "A run under construction gets a report in its _reports/, which sealing requires; any other directory only with",
    "--report. INFO lines count anomalies of the dumps; neither they nor warnings fail.",
    "--datasets and --made-from check finished datasets while others are still being made. The check of the whole run",
    "reuses their passed checks as long as the files, the code and the minimum row counts are the same. --fast skips",
    "expensive checks: decoding every value, keys, references, recomputed counts.",
  ].join("\n"),
  options: {
    ...optionalRunOptions,
    root: { type: "path", value: "DIR", summary: "directory of a run, instead of a run of the lake" },
    datasets: {
      type: "string",
      value: "LIST",
      notEmpty: true,
      summary:
        "run only the checks that need just these, e.g. labels_v10, or releases for its whole dump; reused by the test of the whole run",
    },
    "made-from": {
      type: "string",
      value: "LIST",
      notEmpty: true,
      summary:
        "like --datasets, for every dataset that is made from these dumps and no others, e.g. artists,labels",
    },
    fast: { type: "flag", summary: "check only footers and mandatory columns" },
    "min-rows": {
      type: "string",
      env: "DISCOGS_MIN_ROWS",
      value: "LIST",
      summary: "minimum row counts, e.g. releases_v6=19000000,labels_v10=2400000",
    },
    "min-rows-file": { type: "file", summary: "minimum row counts as a JSON object" },
    report: { type: "flag", summary: "also write the report for a directory given with --root" },
    json: { type: "flag", summary: "print the report as JSON" },
    ...sessionOptions,
  },
  examples: [
    "bin/lake parquet_sanity --root hive-data/active --fast",
    "bin/lake parquet_sanity --lake hive-data --run-id 2025-12__20260120_194923",
  ],
  async run({ options, log, print, summarize }) {
    const { dir, run } = await runOrDirectory(options, options.root, "--root");
    if (run?.state === "sealed") {
      log.info(`run ${run.runId} is sealed and was tested; use --root ${run.dir} to test it again`);
      return EXIT.ok;
    }
    const sanity: SanityOptions = {
      fast: options.fast,
      minRows: await readMinRows(options["min-rows"], options["min-rows-file"]),
      ...sessionLimits(options),
      log,
    };
    const some = selectionOf(options);
    if (some !== undefined) {
      const { option, list, select } = some;
      if (options.fast) throw new ExpectedError(`--fast conflicts with ${option}: omit one of them`);
      if (run === undefined) throw new ExpectedError(`${option} needs a run of a lake, not --root`);
      const checks = await datasetSanity(run, select(list, await datasetsIn(run.dir)), sanity);
      summarize(list);
      if (options.json) print(reportJson({ checks }).trimEnd());
      else showChecks(checks, print);
      requirePassed(dir, checks);
      return EXIT.ok;
    }
    const result = await parquetSanity(dir, sanity);
    summarize(`run ${result.run_id ?? basename(dir)}`);
    const report = { ...result, run_id: result.run_id ?? basename(dir) };
    if (options.json) print(reportJson(report).trimEnd());
    else showChecks(report.checks, print);
    if (run !== undefined || options.report) {
      log.info(`report: ${await writeReport(dir, PARQUET_SANITY, "json", reportJson(report))}`);
    }
    requirePassed(dir, report.checks);
    return EXIT.ok;
  },
});

/** How the datasets to test are selected; undefined for all of them. */
function selectionOf({ datasets, "made-from": dumps }: Record<"datasets" | "made-from", string | undefined>) {
  if (datasets !== undefined && dumps !== undefined)
    throw new ExpectedError("--made-from conflicts with --datasets: omit one of them");
  if (datasets !== undefined) return { option: "--datasets", list: datasets, select: datasetsNamed };
  if (dumps !== undefined) return { option: "--made-from", list: dumps, select: datasetsMadeFrom };
  return undefined;
}

function requirePassed(dir: string, checks: readonly CheckResult[]): void {
  const failed = failing(checks).map(({ name }) => name);
  if (failed.length === 0) return;
  throw new CheckFailedError(`${counted(failed.length, "check")} of ${dir} failed: ${failed.join(", ")}`);
}

await runAsEntrypoint(import.meta.url, main);
