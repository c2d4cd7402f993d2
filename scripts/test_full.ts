import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import {
  FULL_MONTH,
  type FullMonthOptions,
  type Measured,
  MONTHS,
  proveFullMonths,
} from "../lib/bench/full_month.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { alignedTable } from "../lib/cli/table.ts";
import { findDumpFiles } from "../lib/dump/raw_month.ts";
import { cacheDirectory } from "../lib/files/cache_directory.ts";
import { makeDirectory, removeTree } from "../lib/files/files.ts";
import { MINIMUM } from "../lib/sample/world.ts";
import { sampleSummary } from "../lib/sample/write_sample_dump.ts";

/** Tests two full-size months; exits with 1 if anything differs from what was generated. */
export const main = defineCommand({
  name: "scripts/test_full.ts",
  summary:
    "Tests two full-size months: makes their dumps and runs everything on them, at the default memory limit.",
  description: [
    "Makes dumps with 19.4 million releases and 15 million other records (14 GB), and runs main.dig on them in a new",
    "lake; then the same with a following month in which 1 % of the records differ. Then compares the two runs, and",
    "runs history_pipeline.dig, every showcase query and rollback.dig. Prints seconds and peak memory (RSS) of each",
    "process, and fails if rows or changes are not those that were generated. Stops at the first failure and keeps",
    "the lake for inspection; otherwise the lake is removed unless --keep is given. Needs some 55 GB of disk, and",
    "14 GB more with --keep-dumps.",
  ].join("\n"),
  options: {
    dir: {
      type: "path",
      value: "DIR",
      summary: "directory for the dumps and the lake (default: in the cache directory)",
    },
    raw: {
      type: "path",
      value: "DIR",
      summary: `use the dumps of ${MONTHS.first} and ${MONTHS.second} in this raw root, instead of making them`,
    },
    scale: { type: "integer", min: 1, default: 1, value: "N", summary: "make months of 1/N of the size" },
    publish: { type: "flag", summary: "also publish the second month to an S3 server on this machine" },
    "keep-dumps": { type: "flag", summary: "keep the dumps that were made, for the next time" },
    keep: { type: "flag", summary: "keep the lake, and print its path" },
    minutes: { type: "integer", min: 1, default: 240, summary: "time limit for everything" },
  },
  examples: ["npm run test:full", "npm run test:full -- --scale 10 --publish --dir /tmp/full"],
  async run({ options, env, log, print }) {
    const dir = options.dir ?? join(cacheDirectory(env), "full_month");
    if (options.raw !== undefined) await requireDumps(options.raw);
    const limit = AbortSignal.timeout(options.minutes * 60_000);
    const raw = options.raw ?? join(dir, options.scale === 1 ? "raw" : `raw_${options.scale}`);
    await makeDirectory(dir);
    const work = await mkdtemp(join(dir, "proof-"));
    const own = { ...env, TRINO_URL: "", DISCOGS_COLLECTION_JSON: "", DISCOGS_MEMORY_LIMIT: "" };
    const context: FullMonthOptions = {
      work,
      raw,
      counts: options.raw === undefined ? scaled(options.scale) : undefined,
      keepDumps: options["keep-dumps"],
      publish: options.publish,
      env: own,
      signal: limit,
      log,
      print,
    };
    try {
      const measured = await proveFullMonths(context);
      print("");
      for (const line of summary(measured)) print(line);
    } catch (error) {
      if (limit.aborted)
        throw new ExpectedError(`not finished within ${options.minutes} minutes; ${work} is kept`);
      log.info(`${work} is kept`);
      throw error;
    }
    if (options.keep) log.info(`${work} is kept`);
    else await removeTree(work);
    return EXIT.ok;
  },
});

/** Refuses a raw root without the dumps, or a sample of another version, now rather than after an hour. */
async function requireDumps(raw: string): Promise<void> {
  for (const month of [MONTHS.first, MONTHS.second]) {
    await findDumpFiles(raw, month);
    await sampleSummary(join(raw, month));
  }
}

/** The counts of 1/N of the month, but no fewer than the minimum of a sample. */
function scaled(scale: number): typeof FULL_MONTH {
  const [artists, labels, masters, releases] = (["artists", "labels", "masters", "releases"] as const).map(
    (kind) => Math.max(MINIMUM[kind], Math.round(FULL_MONTH[kind] / scale)),
  ) as [number, number, number, number];
  return { artists, labels, masters, releases };
}

/** A line per part: its time, and the peak memory of its largest process. */
function summary(measured: readonly Measured[]): string[] {
  const rows = measured.map(({ name, attempt: { began, ended, stages } }) => [
    name,
    (((ended?.time ?? began) - began) / 1000).toFixed(1),
    String(Math.round(Math.max(...stages.map(({ end }) => end?.peak_rss_bytes ?? 0)) / 1e6)),
  ]);
  return alignedTable([["part", "seconds", "peak MB of a process"], ...rows], [1, 2]);
}

await runAsEntrypoint(import.meta.url, main);
